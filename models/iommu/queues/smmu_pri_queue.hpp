// The PRI queue of Arm SMMUv3, hardware half (IHI 0070, 8.1 and 8.2).
#pragma once

#include <vector>

#include "models/iommu/iommu_kind_spec.hpp"
#include "models/iommu/queues/page_request_queue.hpp"

namespace faultpath::models {

/// - The index wraps with a bit of its own, so N entries hold N requests.
/// - A request that finds the queue full toggles OVFLG. While OVFLG differs from OVACKFLG every
///   request is discarded, even when there is space: the last of a group is answered Success;
///   others and stop markers are ignored silently. The answer carries the request's PASID if
///   IDR3.PPS = 1, else if the stream table entry says so (PPAR); without PPS and without a valid
///   entry it is Response Failure.
/// - With PRIQEN = 0, SMMUEN = 0, an abort of the queue write or one that has not been acknowledged
///   (PRIQ_ABT_ERR), the answer to a last request is Response Failure without PASID (8.2). The
///   text there says "all incoming PPRs"; here, as everywhere, one that is not the last is dropped.
/// - The stream table entry is not looked at otherwise (8.2).
/// - A stop marker has a PASID: without (SSV = 0), L = 1 and W = R = 0 is a request like others.
/// - An interrupt is sent when the queue is no longer empty, and when an overflow begins.
class SmmuPriQueue final : public PageRequestQueue {
 public:
  /// Requires a power of two from 2.
  explicit SmmuPriQueue(std::uint32_t entries, const SmmuPriSpec& spec = {});

  Arrival arrive(const PageRequest& request) override;
  void set(IommuSwitch what, bool on, DeviceIndex device) override;
  std::uint32_t usable_entries() const override { return mask_ + 1; }
  std::uint32_t occupied() const override { return producer_ - consumer_; }
  bool overflow() const override { return overflow_flag_ != acknowledge_flag_; }
  bool holds(const Originator& who) const override {
    for (std::uint32_t at = consumer_; at != producer_; ++at) {
      if (who.sent(ring_[at & mask_])) return true;
    }
    return false;
  }
  bool may_interrupt() const override { return true; }

  static bool is_stop_marker(const PageRequest& request) {
    return request.stop_marker() && request.pasid;
  }

  // Registers, as the driver uses them.

  bool empty() const { return producer_ == consumer_; }
  /// Requires !empty().
  const PageRequest& front() const { return ring_[consumer_ & mask_]; }
  /// Moves PRIQ_CONS.RD by one: the entry is free at once.
  void pop_front() { ++consumer_; }
  /// Writes PRIQ_CONS.OVACKFLG.
  void acknowledge_overflow() { acknowledge_flag_ = overflow_flag_; }

  /// GERROR.PRIQ_ABT_ERR: active until acknowledged.
  bool abort_error() const { return abort_error_; }

 private:
  Arrival discard(const PageRequest& request) const;
  bool in_service() const { return enabled_ && smmu_enabled_ && !abort_error_; }
  bool has_entry(DeviceIndex device) const {
    return device.value >= no_entry_.size() || !no_entry_[device.value];
  }

  SmmuPriSpec spec_;
  std::vector<bool> no_entry_;  ///< by device; empty until one has been taken away
  std::vector<PageRequest> ring_;
  std::uint32_t mask_;
  std::uint32_t producer_ =
      0;  // with the wrap bit, and wrapping further: only the difference counts
  std::uint32_t consumer_ = 0;
  bool overflow_flag_ = false;
  bool acknowledge_flag_ = false;
  bool enabled_ = true;
  bool smmu_enabled_ = true;
  bool memory_broken_ = false;
  bool abort_error_ = false;
};

}  // namespace faultpath::models
