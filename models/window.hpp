// Which part of a run its statistics cover.
#pragma once

#include "sim/time.hpp"

namespace faultpath::models {

/// Statistics cover what starts at `from` or later. Shared by all components of a system; `from` is
/// known once the devices have started.
struct StatisticsWindow {
  sim::Time from = sim::kEndOfTime;

  bool covers(sim::Time start) const { return start >= from; }
};

}  // namespace faultpath::models
