// AMD's event log and RISC-V's fault queue, hardware half: an overflow stops both.
#pragma once

#include <deque>

#include "models/iommu/faults/primary_fault_queue.hpp"

namespace faultpath::models {

/// N entries hold N - 1 records, freed one by one.
/// - A record that finds no entry is lost and sets the overflow flag. From then on everything is
///   lost, whatever is free, until software has cleared the flag: AMD's EventOverflow with a
///   restart of the log (Linux, amd_iommu_restart_event_logging()), RISC-V's fqcsr.fqof (RISC-V
///   IOMMU 3.2).
/// - An interrupt is sent for a record, or an overflow, unless one is pending: AMD's EventLogInt,
///   RISC-V's ipsr.fip. Software clears that before it reads.
class StoppingFaultLog final : public PrimaryFaultQueue {
 public:
  /// Requires a power of two from 2.
  explicit StoppingFaultLog(std::uint32_t entries) : entries_(entries) {}

  Recording record(const FaultRecord& fault) override;
  std::uint32_t usable_entries() const override { return entries_ - 1; }
  bool overflow() const override { return overflow_; }

  void begin() override { pending_ = false; }
  const FaultRecord* oldest() const override {
    return records_.empty() ? nullptr : &records_.front();
  }
  void free_oldest() override { records_.pop_front(); }
  void end() override { overflow_ = false; }

 private:
  bool interrupts();

  std::uint32_t entries_;
  std::deque<FaultRecord> records_;
  bool overflow_ = false;
  bool pending_ = false;  // an interrupt
};

}  // namespace faultpath::models
