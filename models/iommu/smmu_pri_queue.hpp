// The PRI queue of Arm SMMUv3, hardware half (IHI 0070, 8.1 and 8.2).
#pragma once

#include <vector>

#include "models/iommu/page_request_queue.hpp"

namespace faultpath::models {

/// - The index wraps with a bit of its own, so N entries hold N requests.
/// - A request that finds the queue full toggles OVFLG. While OVFLG differs from OVACKFLG every
///   request is discarded, even when there is space: the last of a group is answered Success, with
///   its PASID (IDR3.PPS = 1); others and stop markers are ignored silently.
/// - An interrupt is sent when the queue is no longer empty, and when an overflow begins.
class SmmuPriQueue final : public PageRequestQueue {
 public:
  /// Requires a power of two from 2.
  explicit SmmuPriQueue(std::uint32_t entries);

  Arrival arrive(const PageRequest& request) override;
  std::uint32_t usable_entries() const override { return mask_ + 1; }
  std::uint32_t occupied() const override { return producer_ - consumer_; }
  bool overflow() const override { return overflow_flag_ != acknowledge_flag_; }
  bool may_interrupt() const override { return true; }

  // Registers, as the driver uses them.

  bool empty() const { return producer_ == consumer_; }
  /// Requires !empty().
  const PageRequest& front() const { return ring_[consumer_ & mask_]; }
  /// Moves PRIQ_CONS.RD by one: the entry is free at once.
  void pop_front() { ++consumer_; }
  /// Writes PRIQ_CONS.OVACKFLG.
  void acknowledge_overflow() { acknowledge_flag_ = overflow_flag_; }

 private:
  std::vector<PageRequest> ring_;
  std::uint32_t mask_;
  std::uint32_t producer_ =
      0;  // with the wrap bit, and wrapping further: only the difference counts
  std::uint32_t consumer_ = 0;
  bool overflow_flag_ = false;
  bool acknowledge_flag_ = false;
};

}  // namespace faultpath::models
