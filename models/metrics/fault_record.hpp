// The record of one fault: its stages, and a tag by which messages refer to it.
#pragma once

#include <cstdint>

#include "models/metrics/metrics.hpp"
#include "sim/stages.hpp"
#include "sim/time.hpp"

namespace faultpath::models {

/// Kept by the device that faults; reused, so a serial number tells one fault from the next.
struct FaultRecord {
  sim::StageClock<FaultStage> clock;
  std::uint32_t serial = 0;
};

/// Travels with the last request of a group so that every box can mark when the fault passed.
/// A simulator's means, not part of the modelled message.
struct FaultTag {
  FaultRecord* record = nullptr;
  std::uint32_t serial = 0;

  /// The fault is still the one that is meant.
  bool live() const { return record != nullptr && record->serial == serial; }
  void enter(sim::Time at, FaultStage stage) const {
    if (live()) record->clock.enter(at, stage);
  }
};

}  // namespace faultpath::models
