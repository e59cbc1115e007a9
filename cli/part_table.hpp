// The table by device, guest or process: a row for each case and name.
#pragma once

#include <string>
#include <vector>

#include "analysis/parts.hpp"
#include "cli/table.hpp"

namespace faultpath::cli {

/// Rows are grouped by case. What is not observed has dashes; so has what did not happen. Columns
/// of dropped operations, fatal faults and exits come where there are any.
Table part_table(const std::vector<analysis::PartSummary>& parts);

}  // namespace faultpath::cli
