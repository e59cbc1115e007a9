// Polling AMD's peripheral page request log.
#include "models/kernel/prq/amd_driver.hpp"

namespace faultpath::models {

// Interrupt and overflow are cleared in the status first, then the log is polled.
sim::Task<> AmdDriver::run_once() {
  do {
    const bool overflowed = log_.overflow();
    log_.clear_pending();
    co_await poll();
    if (overflowed) log_.restart();
    iommu_.queue_changed();
  } while (log_.pending() || log_.overflow());
}

sim::Task<> AmdDriver::poll() {
  if (trap() != nullptr) co_await trap()->access(RegisterUse::read_tail, 1);
  const std::uint32_t tail = log_.tail();
  while (log_.head() != tail) {
    const PageRequest request = log_.at(log_.head());
    log_.set_head(log_.next(log_.head()));
    freed_entry();
    if (!request.pasid) {
      co_await process(request);
      co_await core_.reject(request, ResponseCode::failure);
      continue;
    }
    co_await take(request);
    if (request.stop_marker() || report(request)) continue;
    co_await report_in_turn(request, ResponseCode::failure);
  }
}

}  // namespace faultpath::models
