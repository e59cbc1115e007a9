// A finished run as an element of `runs` in a faultpath.result/1.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>

#include "models/assembly/system_spec.hpp"
#include "models/metrics/metrics.hpp"

namespace faultpath::scenarios {

/// What the run took on this machine: all that may differ between two runs of the same seed.
struct RunCost {
  double wall_s = 0.0;
  std::uint64_t peak_rss_bytes = 0;
};

/// Times are nanoseconds with their fraction. `measured_ns` is the part of `simulated_ns` that the
/// statistics cover: all but the warm-up. A series is {"step_ns": S, "values": [...]}.
///
/// Where the run was asked for it, `by` has the counters and distributions of each part: {"device":
/// {NAME: {"counters": {}, "distributions": {}}}}, or by "guest" or by "process". What is listed
/// sums, and merges, to the whole. Parts that are not observed have "observed": false.
///
/// With guests, `blame_scopes_ns` adds the stages of `blame_ns` up by whose time they are, and
/// `guests` says how many there are and who holds their memory: {"count": N, "backing": "iopf"}.
///
/// A histogram is {"unit": "ps", "sub_bits": 6, "buckets": [[low, count], ...]}, the used buckets
/// in ascending order: bucket `low` holds the picoseconds from low up to but without
/// low + max(1, 2^(floor(log2 low) - sub_bits)). Histograms merge exactly by adding the counts of
/// equal lows.
nlohmann::ordered_json run_record(const std::string& variant, const models::SystemSpec& spec,
                                  const models::RunOutcome& outcome, const RunCost& cost);

}  // namespace faultpath::scenarios
