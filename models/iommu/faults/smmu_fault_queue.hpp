// The event queue of an SMMU whose page requests have a queue of their own (IHI 0070, 7.4).
#pragma once

#include <deque>

#include "models/iommu/faults/primary_fault_queue.hpp"

namespace faultpath::models {

/// N entries hold N records, freed one by one. A record that finds the queue full is lost and
/// toggles OVFLG, if no overflow is active; unlike in the PRI queue an active one keeps nothing
/// out. An interrupt is sent when the queue is no longer empty.
class SmmuFaultQueue final : public PrimaryFaultQueue {
 public:
  explicit SmmuFaultQueue(std::uint32_t entries) : entries_(entries) {}

  Recording record(const FaultRecord& fault) override;
  std::uint32_t usable_entries() const override { return entries_; }
  bool overflow() const override { return overflow_; }

  void begin() override {}
  const FaultRecord* oldest() const override {
    return records_.empty() ? nullptr : &records_.front();
  }
  void free_oldest() override { records_.pop_front(); }
  void end() override { overflow_ = false; }

 private:
  std::uint32_t entries_;
  std::deque<FaultRecord> records_;
  bool overflow_ = false;  // OVFLG differs from OVACKFLG
};

}  // namespace faultpath::models
