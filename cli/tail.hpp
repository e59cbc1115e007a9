// Latencies beyond the median as one line of text a case, drawn one below the other.
#pragma once

#include <string>
#include <vector>

#include "analysis/sectioning.hpp"
#include "cli/terminal.hpp"

namespace faultpath::cli {

struct TailCase {
  std::string label;
  analysis::Sections values;
};
/// One distribution in every case.
struct Tail {
  std::string title;  ///< `DMA latency`
  std::vector<TailCase> cases;
};

/// DMA latency and fault latency, each where some case has any. They point into `runs`.
std::vector<Tail> tails_of(const std::vector<analysis::Run>& runs);

/// A heading with the range of the latencies, a line with the quantiles, and a line a case.
/// - From left to right each character is a quantile, at equal steps of log(1 - q) from p50 to the
///   last one that has at least one effective value beyond it (effective_beyond()) in a
///   replication; those before it that have less show as `?`. A dash: the case has no values.
/// - The height of a character is the logarithm of the latency, on one axis for all cases.
/// There are as many steps as fit, up to ten for each factor of ten; where the labels leave no
/// room, lines stand below them.
std::string tail_text(const Tail& tail, const Display& display);

}  // namespace faultpath::cli
