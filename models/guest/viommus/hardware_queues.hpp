// Hardware queues: the IOMMU writes page requests into the guest's own log.
#pragma once

#include <string>
#include <vector>

#include "models/base/wire.hpp"
#include "models/cpu/virtual_cpus.hpp"
#include "models/guest/viommu_kinds.hpp"
#include "models/guest/virtual_iommu.hpp"
#include "models/guest/vmm.hpp"
#include "models/iommu/queues/amd_ppr_log.hpp"
#include "models/iommu/register_trap.hpp"

namespace faultpath::models {

/// Registers of the log are mapped into the guest, its interrupts are posted, and its answers are
/// commands that hardware reads: nothing exits, and the host sees no page request of such a
/// function. What a full log does is between hardware and guest.
/// Source: development branches of AMD's hardware vIOMMU, 2023 to 2026; the whole of the path is
/// inferred from their registers and tables.
class HardwareQueues final : public VirtualIommu, private RegisterTrap {
 public:
  HardwareQueues(const HardwareQueuesSpec& spec, const VirtualIommuSetting& setting);

  void connect_log(FaultLog& log) override { marks_.connect(log); }
  /// No group comes from the VMM.
  sim::Task<> deliver(GuestFile& file, FaultMessage message, Worker& worker) override;
  bool bypasses_host() const override { return true; }
  Wire<UpMessage>::Deliver above(Wire<UpMessage>::Deliver host) override;
  FunctionStats stats(DeviceIndex device) const override;
  bool queue_is_empty() const override { return log_.occupied() == 0; }

  const IommuTraits& traits() const override { return traits_; }
  PageRequestQueue& queue() override { return log_; }
  RegisterTrap* registers() override { return this; }
  void connect(InterruptTarget& target) override { target_ = &target; }
  void queue_changed() override {}
  void interrupt() override { target_->interrupt(); }
  sim::Task<> invalidate(IoPageTable& table, IovaPage first, std::uint64_t pages) override {
    return host_.invalidate(table, first, pages);
  }
  sim::Task<> invalidate_all(Originator who) override { return host_.invalidate_all(who); }
  void terminate_stream(DeviceIndex) override {}
  void resume_stream(DeviceIndex) override {}

 private:
  bool respond_at_once(DeviceIndex, const PageResponse&) override { return false; }
  sim::Task<> respond_in_turn(DeviceIndex device, PageResponse response) override;

  sim::Task<> access(RegisterUse use, unsigned registers) override;

  void receive(const UpMessage& message);
  void arrive(const PageRequest& request);
  sim::Process receive_interrupt();
  sim::Process answer(DeviceIndex device, PageResponse response);
  FunctionStats& stats_of(DeviceIndex device);

  sim::Simulation& simulation_;
  const std::string path_;
  const IommuTraits traits_;
  IommuPort& host_;
  Vmm& vmm_;
  VirtualCpus& virtual_cpus_;
  AmdPprLog log_;
  Wire<UpMessage>::Deliver below_;
  InterruptTarget* target_ = nullptr;
  FaultMarks marks_;
  std::vector<FunctionStats> stats_;  // by device
  std::vector<FaultId> waiting_;      // that no run of the guest's thread knows of yet
};

}  // namespace faultpath::models
