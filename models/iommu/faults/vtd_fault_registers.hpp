// VT-d's fault recording registers, hardware half (VT-d 7.2.1 and 7.3.1, from memory).
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "models/iommu/faults/primary_fault_queue.hpp"

namespace faultpath::models {

/// CAP_REG.NFR + 1 registers, used in turn.
/// - A fault is recorded in the next register if its F bit is clear; FSTS.PPF is set as long as any
///   F bit is.
/// - If the F bit of the next register is set, the fault is lost and FSTS.PFO is set; while it is,
///   every fault is lost, whatever is free.
/// - The fault event is sent when PPF or PFO becomes set and neither was.
/// Software clears F bits one by one in the order of the registers, and PFO at the end (Linux,
/// dmar_fault()).
class VtdFaultRegisters final : public PrimaryFaultQueue {
 public:
  /// Requires 1 to 256 registers.
  explicit VtdFaultRegisters(std::uint32_t registers) : registers_(registers) {}

  Recording record(const FaultRecord& fault) override;
  std::uint32_t usable_entries() const override {
    return static_cast<std::uint32_t>(registers_.size());
  }
  bool overflow() const override { return overflow_; }

  void begin() override {}
  const FaultRecord* oldest() const override {
    return registers_[read_] ? &*registers_[read_] : nullptr;
  }
  void free_oldest() override;
  void end() override { overflow_ = false; }

 private:
  std::vector<std::optional<FaultRecord>> registers_;  // a value: F is set
  std::size_t next_ = 0, read_ = 0;
  std::size_t pending_ = 0;  // F bits that are set
  bool overflow_ = false;    // FSTS.PFO
};

}  // namespace faultpath::models
