// Draining the SMMUv3 event queue.
#include "models/kernel/prq/smmu_stall_driver.hpp"

namespace faultpath::models {

sim::Task<> SmmuStallDriver::run_once() {
  while (!queue_.empty()) {
    const PageRequest record = queue_.front();
    queue_.pop_front();
    freed_entry();
    if (!record.last) {
      co_await process(record);  // of a terminated transaction: there is nobody to answer
      continue;
    }
    co_await take(record);
    if (record.stop_marker() || report(record)) continue;
    co_await report_in_turn(record, ResponseCode::failure);
  }
  queue_.acknowledge_overflow();
  iommu_.queue_changed();
}

}  // namespace faultpath::models
