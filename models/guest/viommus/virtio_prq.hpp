// Page requests by a virtqueue: no register is trapped, and the answer is a kick.
#pragma once

#include <deque>
#include <string>
#include <vector>

#include "models/cpu/random_cost.hpp"
#include "models/cpu/virtual_cpus.hpp"
#include "models/guest/viommu_kinds.hpp"
#include "models/guest/virtual_iommu.hpp"
#include "models/guest/vmm.hpp"
#include "models/iommu/queues/vtd_page_request_queue.hpp"
#include "models/iommu/register_trap.hpp"

namespace faultpath::models {

/// The thread of the VMM puts page requests into buffers of the event virtqueue, and sends its
/// interrupt. The guest reads memory alone. Its answer is a request in the other virtqueue: a kick,
/// which the host's kernel handles, and a thread of the VMM that it wakes. A request that finds no
/// buffer is held back by the VMM, up to a bound; above it the VMM answers Success to a group whose
/// last request there is no room for. The proposal says nothing of that case.
/// Source: Gautam, RFC "vSVA page fault over virtio-iommu", 2021, which was never merged.
class VirtioPrq final : public VirtualIommu, private RegisterTrap {
 public:
  VirtioPrq(const VirtioPrqSpec& spec, const VirtualIommuSetting& setting);

  void connect_log(FaultLog& log) override { marks_.connect(log); }
  sim::Task<> deliver(GuestFile& file, FaultMessage message, Worker& worker) override;
  bool queue_is_empty() const override { return queue_.occupied() == 0 && held_.empty(); }

  const IommuTraits& traits() const override { return traits_; }
  PageRequestQueue& queue() override { return queue_; }
  RegisterTrap* registers() override { return this; }
  void connect(InterruptTarget& target) override { target_ = &target; }
  void queue_changed() override;
  void interrupt() override { target_->interrupt(); }
  sim::Task<> invalidate(IoPageTable& table, IovaPage first, std::uint64_t pages) override {
    return vmm_.invalidate(table, first, pages);
  }
  sim::Task<> invalidate_all(Originator who) override;
  void terminate_stream(DeviceIndex) override {}
  void resume_stream(DeviceIndex) override {}

 private:
  bool respond_at_once(DeviceIndex, const PageResponse&) override { return false; }
  sim::Task<> respond_in_turn(DeviceIndex device, PageResponse response) override;

  sim::Task<> access(RegisterUse use, unsigned registers) override;

  bool has_room() const { return queue_.occupied() < queue_.usable_entries(); }
  bool store(const PageRequest& request);
  sim::Task<> inject(FaultId fault, Worker& worker);
  sim::Process receive();
  sim::Process refill();

  sim::Simulation& simulation_;
  const std::string path_;
  const VirtioPrqSpec spec_;
  const IommuTraits traits_;
  IommuPort& host_;
  Vmm& vmm_;
  VirtualCpus& virtual_cpus_;
  RandomCost kick_;
  Processor& cores_;           // of the host
  VtdPageRequestQueue queue_;  // its entries are the buffers that the guest has given
  InterruptTarget* target_ = nullptr;
  FaultMarks marks_;
  std::deque<PageRequest> held_;  // back, in their order
  bool refilling_ = false;
  std::vector<FaultId> waiting_;  // that no run of the guest's thread knows of yet
};

}  // namespace faultpath::models
