// Draining the SMMUv3 event queue.
#include "models/host/smmu_stall_driver.hpp"

namespace faultpath::models {

sim::Task<> SmmuStallDriver::run_once() {
  while (!queue_.empty()) {
    const PageRequest record = queue_.front();
    queue_.pop_front();
    iommu_.queue_changed();
    co_await take(record);
  }
}

}  // namespace faultpath::models
