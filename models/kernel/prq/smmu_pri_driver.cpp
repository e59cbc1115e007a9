// Draining the SMMUv3 PRI queue.
#include "models/kernel/prq/smmu_pri_driver.hpp"

namespace faultpath::models {

sim::Task<> SmmuPriDriver::run_once() {
  while (!queue_.empty()) {
    const PageRequest request = queue_.front();
    queue_.pop_front();
    freed_entry();
    if (SmmuPriQueue::is_stop_marker(request)) {
      co_await process(request);
      continue;
    }
    co_await take(request);
    if (!report(request)) co_await report_in_turn(request, ResponseCode::failure);
  }
  if (queue_.overflow()) core_.discard_partial();
  queue_.acknowledge_overflow();
  iommu_.queue_changed();
}

}  // namespace faultpath::models
