// The peripheral page request log of the AMD IOMMU, hardware half (AMD 48882; register files).
#pragma once

#include <vector>

#include "models/iommu/iommu_spec.hpp"
#include "models/iommu/page_request_queue.hpp"

namespace faultpath::models {

/// - N entries hold N - 1 requests (assumed).
/// - A request that finds the log full is discarded and stops the log: nothing is stored until
///   software has cleared the overflow and enabled the log again (as the event log; assumed for
///   this one).
/// - With automatic responses (PprAutoRspEn) the last request of a group that is discarded is
/// answered
///   with the code of register 2080h. Without, the device waits for ever. PprAutoRspAon answers
///   every request so, before it gets to the log (assumed).
/// - With an early threshold (PPR_Overflow_early_en) requests are answered from that fill on,
/// before
///   the log is really full; then the log keeps running.
/// - With BlkStopMrkEn stop markers are discarded.
class AmdPprLog final : public PageRequestQueue {
 public:
  /// Requires a power of two from 2.
  AmdPprLog(std::uint32_t entries, const AmdSpec& spec);

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
  bool may_interrupt() const override { return !pending_; }

  // Registers, as the driver uses them.

  /// Status.PprInt.
  bool pending() const { return pending_; }
  void clear_pending() { pending_ = false; }
  std::uint32_t head() const { return head_; }
  std::uint32_t tail() const { return tail_; }
  std::uint32_t next(std::uint32_t index) const { return (index + 1) & mask_; }
  const PageRequest& at(std::uint32_t index) const { return ring_[index]; }
  void set_head(std::uint32_t head) { head_ = head & mask_; }
  /// Disables the log, clears the overflow, enables the log.
  void restart() { overflow_ = false; }

 private:
  Arrival discard(const PageRequest& request) const;

  std::vector<PageRequest> ring_;
  std::uint32_t mask_;
  AmdSpec spec_;
  std::uint32_t early_threshold_;
  std::uint32_t head_ = 0;
  std::uint32_t tail_ = 0;
  bool pending_ = false;
  bool overflow_ = false;
};

}  // namespace faultpath::models
