// The page request queue of Intel VT-d, hardware half (VT-d 5.10, 7.4.1 and 7.5).
#pragma once

#include <vector>

#include "models/iommu/page_request_queue.hpp"

namespace faultpath::models {

/// - N entries hold N - 1 requests: tail one behind head is full (7.4.1).
/// - A request that finds the queue full sets Page Request Overflow and is lost; while the flag is
///   set every request is, even when there is space. The last request of a group that is lost is
///   answered Success, others silently dropped (Table 31).
/// - A request of a function whose root, context or PASID entry is not present, whose PRE is 0, or
///   in legacy mode, never gets here: answered Invalid Request if it is a last one, else dropped;
///   logged, but in legacy mode (7.1.3, Table 30).
/// - Pending or overflow going from 0 to 1 sends an interrupt only if neither was set (7.5).
class VtdPageRequestQueue final : public PageRequestQueue {
 public:
  /// Requires a power of two from 2. Hardware has 128 and more (PQA.PQS).
  explicit VtdPageRequestQueue(std::uint32_t entries);

  Arrival arrive(const PageRequest& request) override;
  void apply(IommuAction action, DeviceIndex device) override;
  std::uint32_t usable_entries() const override { return mask_; }
  std::uint32_t occupied() const override { return (tail_ - head_) & mask_; }
  bool overflow() const override { return overflow_; }
  bool holds(DeviceIndex device) const override {
    for (std::uint32_t at = head_; at != tail_; at = next(at)) {
      if (ring_[at].device == device) return true;
    }
    return false;
  }
  bool may_interrupt() const override { return !pending_ && !overflow_; }

  // Registers, as the driver uses them.

  /// PRS.PPR.
  bool pending() const { return pending_; }
  /// Writes 1 to PRS.PPR. To be done before reading the tail, or an arrival goes unnoticed.
  void clear_pending() { pending_ = false; }
  /// Writes 1 to PRS.PRO.
  void clear_overflow() { overflow_ = false; }
  std::uint32_t head() const { return head_; }
  std::uint32_t tail() const { return tail_; }
  std::uint32_t next(std::uint32_t index) const { return (index + 1) & mask_; }
  const PageRequest& at(std::uint32_t index) const { return ring_[index]; }
  /// PQH: frees every entry before `head`.
  void set_head(std::uint32_t head) { head_ = head & mask_; }

 private:
  /// Of a function: what its entries lack.
  struct Lack {
    bool context = false, pasid = false, pre = false;
    bool any() const { return context || pasid || pre; }
  };
  bool lacks_something(DeviceIndex device) const {
    return device.value < lacks_.size() && lacks_[device.value].any();
  }

  std::vector<Lack> lacks_;  ///< by device; empty until something has been taken away
  std::vector<PageRequest> ring_;
  std::uint32_t mask_;
  std::uint32_t head_ = 0;
  std::uint32_t tail_ = 0;
  bool pending_ = false;
  bool overflow_ = false;
  bool legacy_ = false;
};

}  // namespace faultpath::models
