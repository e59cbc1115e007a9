// Draining the SMMUv3 event queue.
#include "models/kernel/prq/smmu_stall_driver.hpp"

#include <cstdint>

namespace faultpath::models {

// Whoever takes time for registers takes it for the producer index, and for each entry that is
// freed.
sim::Task<> SmmuStallDriver::run_once() {
  for (;;) {
    if (trap() != nullptr) co_await trap()->access(RegisterUse::read_tail, 1);
    std::uint32_t known = queue_.occupied();
    if (known == 0) break;
    for (; known > 0; --known) {
      const PageRequest record = queue_.front();
      if (trap() != nullptr) co_await trap()->access(RegisterUse::write_head, 1);
      queue_.pop_front();
      if (trap() != nullptr) co_await trap()->access(RegisterUse::freed_entry, 0);
      freed_entry();
      if (!record.last) {
        co_await process(record);  // of a terminated transaction: there is nobody to answer
        continue;
      }
      co_await take(record);
      if (record.stop_marker() || report(record)) continue;
      co_await report_in_turn(record, ResponseCode::failure);
    }
  }
  queue_.acknowledge_overflow();
  iommu_.queue_changed();
}

}  // namespace faultpath::models
