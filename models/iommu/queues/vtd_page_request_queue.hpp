// The page request queue of Intel VT-d, hardware half (VT-d 5.10, 7.4.1 and 7.5).
#pragma once

#include <vector>

#include "models/iommu/queues/page_request_queue.hpp"
#include "models/iommu/queues/request_ring.hpp"

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
  Arrival arrive_without_pasid_entry(const PageRequest& request) override;
  void set(IommuSwitch what, bool on, DeviceIndex device) override;
  std::uint32_t usable_entries() const override { return ring_.usable_entries(); }
  std::uint32_t occupied() const override { return ring_.occupied(); }
  bool overflow() const override { return overflow_; }
  bool holds(const Originator& who) const override { return ring_.holds(who); }
  bool may_interrupt() const override { return !pending_ && !overflow_; }

  // Registers, as the driver uses them.

  /// PRS.PPR.
  bool pending() const { return pending_; }
  /// Writes 1 to PRS.PPR. To be done before reading the tail, or an arrival goes unnoticed.
  void clear_pending() { pending_ = false; }
  /// Writes 1 to PRS.PRO.
  void clear_overflow() { overflow_ = false; }
  std::uint32_t head() const { return ring_.head(); }
  std::uint32_t tail() const { return ring_.tail(); }
  std::uint32_t next(std::uint32_t index) const { return ring_.next(index); }
  const PageRequest& at(std::uint32_t index) const { return ring_.at(index); }
  /// PQH: frees every entry before `head`.
  void set_head(std::uint32_t head) { ring_.set_head(head); }

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
  RequestRing ring_;
  bool pending_ = false;
  bool overflow_ = false;
  bool legacy_ = false;
};

}  // namespace faultpath::models
