// Hardware queues: the IOMMU writes page requests into the guest's own log.
#pragma once

#include <vector>

#include "models/base/wire.hpp"
#include "models/guest/viommus/queued_iommu.hpp"
#include "models/iommu/queues/amd_ppr_log.hpp"

namespace faultpath::models {

/// Registers of the log are mapped into the guest, its interrupts are posted, and its answers are
/// commands that hardware reads: nothing exits, and the host sees no page request of such a
/// function. What a full log does is between hardware and guest.
/// Source: development branches of AMD's hardware vIOMMU, 2023 to 2026; the whole of the path is
/// inferred from their registers and tables.
class HardwareQueues final : public QueuedIommu {
 public:
  HardwareQueues(const HardwareQueuesSpec& spec, const VirtualIommuSetting& setting);

  /// No group comes from the VMM.
  sim::Task<> deliver(GuestFile& file, FaultMessage message, Worker& worker) override;
  bool bypasses_host() const override { return true; }
  Wire<UpMessage>::Deliver above(Wire<UpMessage>::Deliver host) override;
  FunctionStats stats(DeviceIndex device) const override;
  bool queue_is_empty() const override { return log_.occupied() == 0; }

  PageRequestQueue& queue() override { return log_; }
  sim::Task<> invalidate(IoPageTable& table, IovaPage first, std::uint64_t pages) override {
    return host_.invalidate(table, first, pages);
  }
  sim::Task<> invalidate_all(Originator who) override { return host_.invalidate_all(who); }

 private:
  sim::Task<> respond_in_turn(DeviceIndex device, PageResponse response) override;

  void receive(const UpMessage& message);
  void arrive(const PageRequest& request);
  sim::Process answer(DeviceIndex device, PageResponse response);
  FunctionStats& stats_of(DeviceIndex device);

  AmdPprLog log_;
  Wire<UpMessage>::Deliver below_;
  std::vector<FunctionStats> stats_;  // by device
};

}  // namespace faultpath::models
