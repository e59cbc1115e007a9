// Reads the text of a faultpath.result/1 and checks its schema.
#pragma once

#include <string>
#include <string_view>

#include "analysis/result.hpp"

namespace faultpath::analysis {

/// Series, blame and parts are most of a result's bytes; statistics do without them.
enum class Detail { statistics, all };

/// Throws ResultError that begins with `file` when the text is not JSON, has another schema, lacks
/// a member, has one of another type, or contradicts itself: a histogram that does not hold its
/// count, two runs of one case, seed and replication, parts that are not their run. Members that
/// are not known are passed over. A summary in the text is not read: it follows from the runs.
Result read_result(std::string_view text, const std::string& file, Detail detail = Detail::all);

/// One run record, as a worker hands it back.
Run read_run(std::string_view text, const std::string& file, Detail detail = Detail::all);

}  // namespace faultpath::analysis
