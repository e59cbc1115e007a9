// `faultpath validate published`: what fitted laws predict beside what was measured.
#pragma once

#include <string>

namespace faultpath::cli {

/// Prints the tables of `folder` (empty: those that are shipped), as JSON if asked for, and returns
/// whether every prediction is within the limit that is stated for it. Throws as read_published().
bool validate_published(const std::string& folder, bool json);

}  // namespace faultpath::cli
