// Baselines: results that are kept to compare later ones with.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "analysis/result.hpp"

namespace faultpath::cli {

/// The text of a baseline: this result without what a check does not read (series, trail, blame,
/// parts, summaries, and what the runs cost on their machine), with `history`. One run on each
/// line.
std::string baseline_text(std::string_view result,
                          const std::vector<analysis::HistoryEntry>& history);

/// Today, with this program.
analysis::HistoryEntry history_entry(std::string because);

}  // namespace faultpath::cli
