// Which part of a run its statistics cover.
#pragma once

#include "sim/time.hpp"

namespace faultpath::models {

/// Statistics of durations cover what starts at `from` or later. Counts of what has been done cover
/// what ends after `from`. All components of a system share one window; `from` is known once the
/// devices have started.
struct StatisticsWindow {
  sim::Time from = sim::kEndOfTime;
  bool after_warmup = false;  ///< `from` is later than the start of the devices

  bool covers(sim::Time start) const { return start >= from; }
  /// What ends at the very moment at which the warm-up ends belongs to the warm-up.
  bool observes(sim::Time end) const { return after_warmup ? end > from : end >= from; }
  /// Whether work of software on memory at `now` is counted. Work before the devices start, such as
  /// pinning at attach, is counted even if there is a warm-up.
  bool counts(sim::Time now) const { return from == sim::kEndOfTime || now >= from; }
};

}  // namespace faultpath::models
