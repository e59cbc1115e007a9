// The table by device: a row for each case and name.
#pragma once

#include <string>
#include <vector>

#include "analysis/parts.hpp"
#include "cli/table.hpp"

namespace faultpath::cli {

/// Rows are grouped by case. Devices that are not observed have dashes; so has what did not happen.
/// A column of dropped operations comes where there are any.
Table device_table(const std::vector<analysis::PartSummary>& devices);

}  // namespace faultpath::cli
