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
    if (queue_.takes_next()) {
      if (store(request)) co_await inject(request.fault, worker);
    } else if (queue_.held() < spec_.held) {
      queue_.hold(request);
    } else {
      kept = false;
      count_lost(request);
    }
  }
  if (kept) co_return;
  co_await answer_lost(file, requests.back().index, worker);
}

// Requires room. True: an interrupt is due.
bool VirtioPrq::store(const PageRequest& request) {
  const Arrival arrival = queue_.queue().arrive(request);
  vmm_.stats().requests += request.counted;
  if (request.last) {
    wait_for_run(request.fault);
    marks_.enter(request.fault, simulation_.now(), FaultStage::guest_wake_up);
  }
  return arrival.interrupt;
}

// The guest has given buffers back; if the VMM needs some, it kicks.
void VirtioPrq::queue_changed() {
  if (refilling_ || !queue_.takes_held()) return;
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
  while (queue_.takes_held()) {
    worker.charge(vmm_.costs().describe());
    co_await worker.pay();
    if (!queue_.takes_held()) break;
    const PageRequest request = queue_.release();
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
