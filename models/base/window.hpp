// Which part of a run its statistics cover.
#pragma once

#include "sim/time.hpp"

namespace faultpath::models {

/// Statistics of what takes time cover what starts at `from` or later; what is counted as done is
/// what ends after it. Shared by all components of a system; `from` is known once the devices have
/// started.
struct StatisticsWindow {
  sim::Time from = sim::kEndOfTime;
  bool after_warmup = false;  ///< `from` is later than the start of the devices

  bool covers(sim::Time start) const { return start >= from; }
  /// What ends as the warm-up ends is part of the warm-up.
  bool observes(sim::Time end) const { return after_warmup ? end > from : end >= from; }
  /// What software does with memory at `now`. Before the devices start it is a part of what the run
  /// has done, whatever the warm-up.
  bool counts(sim::Time now) const { return from == sim::kEndOfTime || now >= from; }
};

}  // namespace faultpath::models
