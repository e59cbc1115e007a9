// backup_ring: what is written to an absent page goes to a pinned ring, and the host moves it
// later.
#pragma once

#include "models/device/reactions/fault_reaction.hpp"

namespace faultpath::models {

/// A read has no data yet, so it waits. A write that finds the ring full is dropped.
class BackupRing final : public FaultReaction {
 public:
  explicit BackupRing(const BackupRingSpec& spec) : spec_(spec), free_(spec.entries) {}
  Reaction choose(const Operation& operation) override {
    if (!operation.write) return Reaction::wait;
    if (free_ == 0) return Reaction::drop;
    --free_;
    return Reaction::divert;
  }
  void release() override { ++free_; }
  Retransmission retransmission() const override {
    return {spec_.drop.timeout, spec_.drop.retries, spec_.drop.recovery};
  }
  Diversion diversion() const override { return {spec_.notice, spec_.copy_bandwidth}; }

 private:
  BackupRingSpec spec_;
  std::uint32_t free_;
};

}  // namespace faultpath::models
