// Into the virtual queue, and the exits of the guest's driver.
#include "models/guest/viommus/emulated_vtd.hpp"

#include <utility>

namespace faultpath::models {

EmulatedVtd::EmulatedVtd(const EmulatedVtdSpec& spec, const VirtualIommuSetting& setting)
    : simulation_(setting.simulation),
      path_(setting.path),
      spec_(spec),
      traits_{setting.host.traits().stage1_levels, InterruptPerKind{},
              setting.host.traits().software_sets_dirty},
      host_(setting.host),
      vmm_(setting.vmm),
      virtual_cpus_(setting.virtual_cpus),
      queue_(spec.queue_entries) {}

// It is remembered first: who answers may be faster than the rest of this.
sim::Task<> EmulatedVtd::deliver(GuestFile& file, FaultMessage message, Worker& worker) {
  const std::vector<PageRequest> requests = message.records;
  IoPageTable& table = *message.attachment.table;
  file.remember(std::move(message));
  bool stored = true;
  for (const PageRequest& request : requests) {
    marks_.enter(requests.back().fault, simulation_.now(), FaultStage::vmm_queue);
    stored = co_await write(file, table, request, worker);
  }
  if (stored || spec_.full == FullVirtualQueue::lose) co_return;
  const std::vector<FaultMessage> lost = file.take(requests.back().index);
  for (const FaultMessage& each : lost) {
    co_await vmm_.write(file, each, ResponseCode::success, worker);
  }
}

// False if it has been lost.
sim::Task<bool> EmulatedVtd::write(GuestFile&, IoPageTable& table, PageRequest request,
                                   Worker& worker) {
  worker.charge(vmm_.costs().describe());
  co_await worker.pay();
  const bool room = !queue_.overflow() && queue_.occupied() < queue_.usable_entries();
  if (room && spec_.invalidate) {
    marks_.enter(request.fault, simulation_.now(), FaultStage::vmm_invalidate);
    co_await vmm_.invalidate(table, request.page, worker);
  }
  const Arrival arrival = queue_.arrive(request);
  const bool stored = arrival.fate == Arrival::Fate::queued;
  vmm_.stats().requests += stored && request.counted;
  vmm_.stats().requests_lost += !stored && request.counted;
  vmm_.totals().lost += !stored;
  if (stored && request.last) {
    waiting_.push_back(request.fault);
    marks_.enter(request.fault, simulation_.now(), FaultStage::guest_wake_up);
  }
  if (arrival.interrupt) co_await inject(request.fault, worker);
  co_return stored;
}

sim::Task<> EmulatedVtd::inject(FaultId fault, Worker& worker) {
  marks_.enter(fault, simulation_.now(), FaultStage::inject);
  worker.charge(vmm_.costs().inject());
  co_await worker.pay();
  vmm_.stats().interrupts += vmm_.counts();
  marks_.enter(fault, simulation_.now(), FaultStage::virtual_cpu);
  simulation_.start(receive(), path_.c_str());
}

sim::Process EmulatedVtd::receive() {
  co_await virtual_cpus_.interrupt(CpuId{0});
  mark_waiting(FaultStage::guest_wake_up);
  target_->interrupt();
}

// From read_tail on the run knows of everything that is in the queue.
sim::Task<> EmulatedVtd::access(RegisterUse use, unsigned registers) {
  if (use == RegisterUse::begin_run) mark_waiting(FaultStage::guest_registers);
  for (; registers > 0; --registers) co_await vmm_.trap();
  if (use == RegisterUse::read_tail) waiting_.clear();
}

void EmulatedVtd::mark_waiting(FaultStage stage) const {
  for (const FaultId& fault : waiting_) marks_.enter(fault, simulation_.now(), stage);
}

sim::Task<> EmulatedVtd::invalidate_all(Originator who) {
  co_await vmm_.trap();
  co_await host_.invalidate_all(who);
}

}  // namespace faultpath::models
