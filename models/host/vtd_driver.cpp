// Draining the VT-d page request queue.
#include "models/host/vtd_driver.hpp"

namespace faultpath::models {

// PPR is cleared before the tail is read, or an arrival in between would go unnoticed.
sim::Task<> VtdDriver::run_once() {
  do {
    queue_.clear_pending();
    const std::uint32_t tail = queue_.tail();
    for (std::uint32_t at = queue_.head(); at != tail; at = queue_.next(at)) {
      co_await take(queue_.at(at));
    }
    queue_.set_head(tail);
  } while (looks_again() && queue_.head() != queue_.tail());
  recover_from_overflow();
  iommu_.queue_changed();
}

// If the queue is not empty yet, the flag stays: the pending interrupt runs the thread again.
void VtdDriver::recover_from_overflow() {
  if (!queue_.overflow() || queue_.head() != queue_.tail()) return;
  core_.discard_partial();
  queue_.clear_overflow();
}

}  // namespace faultpath::models
