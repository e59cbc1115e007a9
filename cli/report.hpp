// The tables for people: each case, the differences between cases, and what the words mean.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/parts.hpp"
#include "analysis/summary.hpp"
#include "cli/experiment/experiment.hpp"
#include "cli/tail.hpp"
#include "cli/terminal.hpp"

namespace faultpath::cli {

struct Report {
  std::string name, description;
  std::uint64_t seed = 0;
  unsigned replications = 1;
  double confidence = 0.95;
  std::vector<analysis::Summary> cases;
  std::vector<analysis::Summary> paired;  ///< each case but the first less the first; may be empty
  std::vector<Tail> tails;                ///< may be empty
  std::optional<PrecisionOutcome> precision = std::nullopt;
  std::string_view dimension{};                ///< of the parts: `device`
  std::vector<analysis::PartSummary> parts{};  ///< by name; empty unless asked for
};

/// As wide as the display, where the labels of the cases allow it.
std::string report_text(const Report& report, const Display& display);

}  // namespace faultpath::cli
