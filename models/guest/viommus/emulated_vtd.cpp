// Into the virtual queue, and the exits of the guest's driver.
#include "models/guest/viommus/emulated_vtd.hpp"

#include <utility>
#include <vector>

namespace faultpath::models {

EmulatedVtd::EmulatedVtd(const EmulatedVtdSpec& spec, const VirtualIommuSetting& setting)
    : QueuedIommu(setting), spec_(spec), queue_(spec.queue_entries) {}

// It is remembered first: who answers may be faster than the rest of this.
sim::Task<> EmulatedVtd::deliver(GuestFile& file, FaultMessage message, Worker& worker) {
  const std::vector<PageRequest> requests = message.records;
  IoPageTable& table = *message.attachment.table;
  file.remember(std::move(message));
  bool stored = true;
  for (const PageRequest& request : requests) {
    marks_.enter(requests.back().fault, simulation_.now(), FaultStage::vmm_queue);
    stored = co_await write(table, request, worker);
  }
  if (stored || spec_.full == FullVirtualQueue::lose) co_return;
  co_await answer_lost(file, requests.back().index, worker);
}

// False if it has been lost.
sim::Task<bool> EmulatedVtd::write(IoPageTable& table, PageRequest request, Worker& worker) {
  worker.charge(vmm_.costs().describe());
  co_await worker.pay();
  const bool room = !queue_.overflow() && queue_.occupied() < queue_.usable_entries();
  if (room && spec_.invalidate) {
    marks_.enter(request.fault, simulation_.now(), FaultStage::vmm_invalidate);
    co_await vmm_.invalidations().invalidate(table, request.page, worker);
  }
  const Arrival arrival = queue_.arrive(request);
  const bool stored = arrival.fate == Arrival::Fate::queued;
  vmm_.stats().requests += stored && request.counted;
  vmm_.stats().requests_lost += !stored && request.counted;
  vmm_.totals().lost += !stored;
  if (stored && request.last) {
    wait_for_run(request.fault);
    marks_.enter(request.fault, simulation_.now(), FaultStage::guest_wake_up);
  }
  if (arrival.interrupt) co_await inject(request.fault, worker);
  co_return stored;
}

// From read_tail on the run knows of everything that is in the queue.
sim::Task<> EmulatedVtd::access(RegisterUse use, unsigned registers) {
  if (use == RegisterUse::begin_run) mark_waiting(FaultStage::guest_registers);
  const bool writes = use == RegisterUse::begin_run || use == RegisterUse::write_head;
  if (writes || !spec_.readable_registers) {
    for (; registers > 0; --registers) co_await vmm_.trap();
  }
  if (use == RegisterUse::read_tail) forget_waiting();
}

}  // namespace faultpath::models
