// An emulated VT-d: the hardware's queue again, behind registers that are trapped.
#pragma once

#include <string>
#include <vector>

#include "models/cpu/virtual_cpus.hpp"
#include "models/guest/viommu_kinds.hpp"
#include "models/guest/virtual_iommu.hpp"
#include "models/guest/vmm.hpp"
#include "models/iommu/queues/vtd_page_request_queue.hpp"
#include "models/iommu/register_trap.hpp"

namespace faultpath::models {

/// The thread of the VMM writes page requests into the queue in guest memory, and sends the
/// interrupt when neither pending nor overflow was set. The guest's interrupt thread pays an exit
/// for each register, five a run. Its answer is an exit, too, in which the VMM finds the groups by
/// PASID and index, and writes their answers. When the queue is full a request is lost; nobody
/// answers for it, unless the spec says so.
/// Source: QEMU, "intel_iommu: Add PRI operations support", 2025, and PRQ passthrough, 2026.
class EmulatedVtd final : public VirtualIommu, private RegisterTrap {
 public:
  EmulatedVtd(const EmulatedVtdSpec& spec, const VirtualIommuSetting& setting);

  void connect_log(FaultLog& log) override { marks_.connect(log); }
  sim::Task<> deliver(GuestFile& file, FaultMessage message, Worker& worker) override;
  bool queue_is_empty() const override { return queue_.occupied() == 0; }

  const IommuTraits& traits() const override { return traits_; }
  PageRequestQueue& queue() override { return queue_; }
  RegisterTrap* registers() override { return this; }
  void connect(InterruptTarget& target) override { target_ = &target; }
  void queue_changed() override {}
  void interrupt() override { target_->interrupt(); }
  sim::Task<> invalidate(IoPageTable& table, IovaPage first, std::uint64_t pages) override {
    return vmm_.invalidate(table, first, pages);
  }
  sim::Task<> invalidate_all(Originator who) override;
  void terminate_stream(DeviceIndex) override {}
  void resume_stream(DeviceIndex) override {}

 private:
  bool respond_at_once(DeviceIndex, const PageResponse&) override { return false; }
  sim::Task<> respond_in_turn(DeviceIndex device, PageResponse response) override {
    return vmm_.answer(device, response);
  }
  sim::Task<> access(RegisterUse use, unsigned registers) override;

  sim::Task<bool> write(GuestFile& file, IoPageTable& table, PageRequest request, Worker& worker);
  sim::Task<> inject(FaultId fault, Worker& worker);
  sim::Process receive();
  void mark_waiting(FaultStage stage) const;

  sim::Simulation& simulation_;
  const std::string path_;
  const EmulatedVtdSpec spec_;
  const IommuTraits traits_;
  IommuPort& host_;
  Vmm& vmm_;
  VirtualCpus& virtual_cpus_;
  VtdPageRequestQueue queue_;
  InterruptTarget* target_ = nullptr;
  FaultMarks marks_;
  std::vector<FaultId> waiting_;  // of the last requests of groups that no run knows of yet
};

}  // namespace faultpath::models
