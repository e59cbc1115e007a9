// pin: everything is pinned and mapped before the device starts (VFIO type 1 today).
#pragma once

#include "models/strategy/strategy.hpp"

namespace faultpath::models {

/// Time of the start: pages of 4 KiB or 2 MiB, to fault in unless populated, to pin and to map, and
/// the count of what is locked. One thread keeps the mmap lock throughout, as nobody else wants it
/// then; several share it (PinThreads). A page request is fatal: nothing can be missing.
class Pin final : public MemoryStrategy {
 public:
  using MemoryStrategy::MemoryStrategy;

  sim::Task<> attach(IoPageTable& table, Worker& worker) override;
  sim::Task<ResponseCode> handle(IoPageTable& table, Faults faults, Worker& worker) override;
  bool may_invalidate() const override { return false; }

 private:
  sim::Task<> pin_by_threads(ProcessMemory& process, const PinThreadsSpec& threads, Worker& worker);
};

}  // namespace faultpath::models
