// The peripheral page request log of the AMD IOMMU, hardware half (AMD 48882; register files).
#pragma once

#include <cstdint>

#include "models/iommu/iommu_kind_spec.hpp"
#include "models/iommu/queues/page_request_queue.hpp"
#include "models/iommu/queues/request_ring.hpp"

namespace faultpath::models {

/// - N entries hold N - 1 requests (assumed).
/// - A request that finds the log full is discarded and stops the log: nothing is stored until
///   software has cleared the overflow and enabled the log again (as the event log; assumed for
///   this one).
/// - With automatic responses (PprAutoRspEn) the last request of a group that is discarded is
///   answered with the code of register 2080h. Without, the device waits for ever. PprAutoRspAon
///   answers every request so, before it gets to the log (assumed).
/// - With an early threshold (PPR_Overflow_early_en) requests are answered from that fill on,
/// before
///   the log is really full; then the log keeps running.
/// - With BlkStopMrkEn stop markers are discarded.
class AmdPprLog final : public PageRequestQueue {
 public:
  /// Requires a power of two from 2.
  AmdPprLog(std::uint32_t entries, const AmdSpec& spec);

  Arrival arrive(const PageRequest& request) override;
  void set(IommuSwitch what, bool on, DeviceIndex device) override;
  std::uint32_t usable_entries() const override { return ring_.usable_entries(); }
  std::uint32_t occupied() const override { return ring_.occupied(); }
  bool overflow() const override { return overflow_; }
  bool holds(const Originator& who) const override { return ring_.holds(who); }
  bool may_interrupt() const override { return !pending_; }

  // Registers, as the driver uses them.

  /// Status.PprInt.
  bool pending() const { return pending_; }
  void clear_pending() { pending_ = false; }
  std::uint32_t head() const { return ring_.head(); }
  std::uint32_t tail() const { return ring_.tail(); }
  std::uint32_t next(std::uint32_t index) const { return ring_.next(index); }
  const PageRequest& at(std::uint32_t index) const { return ring_.at(index); }
  void set_head(std::uint32_t head) { ring_.set_head(head); }
  /// Disables the log, clears the overflow, enables the log.
  void restart() { overflow_ = false; }

 private:
  Arrival discard(const PageRequest& request) const;

  RequestRing ring_;
  AmdSpec spec_;
  std::uint32_t early_threshold_;
  bool pending_ = false;
  bool overflow_ = false;
};

}  // namespace faultpath::models
