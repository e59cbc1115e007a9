// Draining the RISC-V page request queue.
#include "models/kernel/prq/riscv_driver.hpp"

namespace faultpath::models {

// A queue that holds requests does not raise the pending bit again: it is drained after the clear.
sim::Task<> RiscvDriver::run_once() {
  if (queue_.memory_fault()) queue_.enable_interrupts(false);
  if (queue_.clear_pending() && !polled()) iommu_.interrupt();
  while (queue_.head() != queue_.tail()) {
    const PageRequest request = queue_.at(queue_.head());
    queue_.set_head(queue_.next(queue_.head()));
    freed_entry();
    co_await take(request);
    if (request.stop_marker() || report(request)) continue;
    co_await report_in_turn(request, ResponseCode::failure);
  }
  if (queue_.overflow()) core_.discard_partial();
  queue_.clear_overflow();
  iommu_.queue_changed();
}

}  // namespace faultpath::models
