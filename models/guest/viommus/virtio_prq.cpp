// Buffers, what is held back, and kicks.
#include "models/guest/viommus/virtio_prq.hpp"

#include <utility>
#include <vector>

namespace faultpath::models {

VirtioPrq::VirtioPrq(const VirtioPrqSpec& spec, const VirtualIommuSetting& setting)
    : QueuedIommu(setting),
      spec_(spec),
      kick_(simulation_, spec.kick, path_, "kick"),
      cores_(setting.cores),
      queue_(spec.queue_entries) {}

// It is remembered first: who answers may be faster than the rest of this.
sim::Task<> VirtioPrq::deliver(GuestFile& file, FaultMessage message, Worker& worker) {
  const std::vector<PageRequest> requests = message.records;
  file.remember(std::move(message));
  bool kept = true;
  for (const PageRequest& request : requests) {
    marks_.enter(requests.back().fault, simulation_.now(), FaultStage::vmm_queue);
    worker.charge(vmm_.costs().describe());
    co_await worker.pay();
    kept = true;
    if (held_.empty() && has_room()) {
      if (store(request)) co_await inject(request.fault, worker);
    } else if (held_.size() < spec_.held) {
      held_.push_back(request);
    } else {
      kept = false;
      vmm_.stats().requests_lost += request.counted;
      ++vmm_.totals().lost;
    }
  }
  if (kept) co_return;
  co_await answer_lost(file, requests.back().index, worker);
}

// Requires room. True: an interrupt is due.
bool VirtioPrq::store(const PageRequest& request) {
  const Arrival arrival = queue_.arrive(request);
  vmm_.stats().requests += request.counted;
  if (request.last) {
    wait_for_run(request.fault);
    marks_.enter(request.fault, simulation_.now(), FaultStage::guest_wake_up);
  }
  return arrival.interrupt;
}

// The guest has given buffers back; if the VMM needs some, it kicks.
void VirtioPrq::queue_changed() {
  if (held_.empty() || refilling_ || !has_room()) return;
  refilling_ = true;
  simulation_.start(refill(), path_.c_str());
}

// A thread of the VMM takes a core of the host.
sim::Process VirtioPrq::refill() {
  vmm_.stats().exits_kernel += vmm_.counts();
  co_await simulation_.delay(kick_(), {"a kick", path_.c_str()});
  Worker worker(cores_);
  co_await worker.enter();
  worker.charge(vmm_.costs().wake_up());
  while (!held_.empty() && has_room()) {
    worker.charge(vmm_.costs().describe());
    co_await worker.pay();
    if (held_.empty() || !has_room()) break;
    const PageRequest request = held_.front();
    held_.pop_front();
    if (store(request)) co_await inject(request.fault, worker);
  }
  co_await worker.pay();
  refilling_ = false;
  queue_changed();
}

sim::Task<> VirtioPrq::respond_in_turn(DeviceIndex device, PageResponse response) {
  return vmm_.kicked_answer(device, response, kick_());
}

}  // namespace faultpath::models
