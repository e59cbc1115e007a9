// sva: the device walks the page table of a process (PASID bound to its mm).
#pragma once

#include "models/strategy/strategy.hpp"

namespace faultpath::models {

/// handle_mm_fault() for each request, under the mmap lock for reading, which is kept across I/O.
/// Source: Linux iommu_sva_handle_mm(). The first fault maps for reading and writing; the IOMMU
/// sets accessed and dirty bits in the table.
class Sva final : public MemoryStrategy {
 public:
  using MemoryStrategy::MemoryStrategy;

  sim::Task<> attach(IoPageTable& table, Worker& worker) override;
  sim::Task<ResponseCode> handle(IoPageTable& table, Faults faults, Worker& worker) override;
  bool may_invalidate() const override { return !context_.memory.never_reclaims(); }

 private:
  Outcome map(IoPageTable& table, const PageFault& fault, Residency residency);
};

}  // namespace faultpath::models
