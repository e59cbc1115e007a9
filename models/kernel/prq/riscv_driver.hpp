// A driver of the RISC-V page request queue.
#pragma once

#include "models/iommu/queues/riscv_page_request_queue.hpp"
#include "models/kernel/prq/prq_thread.hpp"

namespace faultpath::models {

/// No driver is in mainline Linux. Assumed: the pending bit is cleared first, entries are freed one
/// by one until the queue is empty, then an overflow is cleared and all partial groups are
/// discarded. While a memory fault is set, which only a repair ends, the queue's interrupts are
/// off: each clearing of the pending bit would send another.
class RiscvDriver final : public PrqThread {
 public:
  RiscvDriver(const PrqSetting& setting, RiscvPageRequestQueue& queue)
      : PrqThread(setting), queue_(queue) {}

 private:
  sim::Task<> run_once() override;

  RiscvPageRequestQueue& queue_;
};

}  // namespace faultpath::models
