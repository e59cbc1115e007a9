// Arm SMMUv3's event queue, hardware half (IHI 0070, 3.12 and 7.4).
#pragma once

#include <cstdint>

#include "models/iommu/queues/page_request_queue.hpp"
#include "sim/ring.hpp"

namespace faultpath::models {

/// N entries hold N records. A record is a PageRequest; it is about a stall if it is `last`, and
/// else about a transaction that has been terminated.
/// - A stall record is never discarded, never merged and never causes an overflow: when the queue
///   is full it is held back, with its transaction, and written once there is room.
/// - The record of a terminated transaction that finds the queue full is discarded and toggles
///   OVFLG, if no overflow is active. Unlike in the PRI queue an active one keeps nothing out.
/// - An interrupt is sent when the queue is no longer empty.
class SmmuEventQueue final : public PageRequestQueue {
 public:
  /// Requires a power of two from 2.
  explicit SmmuEventQueue(std::uint32_t entries);

  Arrival arrive(const PageRequest& record) override;
  /// No entry of a stream is looked at by the queue.
  void set(IommuSwitch, bool, DeviceIndex) override {}
  std::uint32_t usable_entries() const override { return entries_; }
  std::uint32_t occupied() const override;
  bool overflow() const override { return overflow_; }
  bool holds(const Originator& who) const override {
    for (std::size_t i = 0; i < records_.size(); ++i) {
      if (who.sent(records_[i])) return true;
    }
    return false;
  }
  /// Each record stands alone, that of a terminated transaction, too.
  bool ends_group(const PageRequest&) const override { return true; }
  bool may_interrupt() const override { return true; }

  // Registers, as the driver uses them.

  bool empty() const { return records_.empty(); }
  /// Requires !empty().
  const PageRequest& front() const { return records_.front(); }
  /// Frees an entry; a record that was held back takes it.
  void pop_front() { records_.pop_front(); }
  /// Writes EVENTQ_CONS.OVACKFLG.
  void acknowledge_overflow() { overflow_ = false; }

 private:
  std::uint32_t entries_;
  sim::Ring<PageRequest> records_;  // the first `entries_` are in the queue, the others held back
  bool overflow_ = false;           // OVFLG differs from OVACKFLG
};

}  // namespace faultpath::models
