// Buffers, what is held back, and kicks.
#include "models/guest/viommus/virtio_prq.hpp"

#include <utility>

namespace faultpath::models {

VirtioPrq::VirtioPrq(const VirtioPrqSpec& spec, const VirtualIommuSetting& setting)
    : simulation_(setting.simulation),
      path_(setting.path),
      spec_(spec),
      traits_{setting.host.traits().stage1_levels, InterruptPerKind{},
              setting.host.traits().software_sets_dirty},
      host_(setting.host),
      vmm_(setting.vmm),
      virtual_cpus_(setting.virtual_cpus),
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
  const std::vector<FaultMessage> lost = file.take(requests.back().index);
  for (const FaultMessage& each : lost) {
    co_await vmm_.write(file, each, ResponseCode::success, worker);
  }
}

// Requires room. True: an interrupt is due.
bool VirtioPrq::store(const PageRequest& request) {
  const Arrival arrival = queue_.arrive(request);
  vmm_.stats().requests += request.counted;
  if (request.last) {
    waiting_.push_back(request.fault);
    marks_.enter(request.fault, simulation_.now(), FaultStage::guest_wake_up);
  }
  return arrival.interrupt;
}

sim::Task<> VirtioPrq::inject(FaultId fault, Worker& worker) {
  marks_.enter(fault, simulation_.now(), FaultStage::inject);
  worker.charge(vmm_.costs().inject());
  co_await worker.pay();
  vmm_.stats().interrupts += vmm_.counts();
  marks_.enter(fault, simulation_.now(), FaultStage::virtual_cpu);
  simulation_.start(receive(), path_.c_str());
}

sim::Process VirtioPrq::receive() {
  co_await virtual_cpus_.interrupt(CpuId{0});
  for (const FaultId& fault : waiting_) {
    marks_.enter(fault, simulation_.now(), FaultStage::guest_wake_up);
  }
  target_->interrupt();
}

// From the tail on the run knows of everything that is in the queue. Reading memory costs nothing.
sim::Task<> VirtioPrq::access(RegisterUse use, unsigned) {
  if (use == RegisterUse::read_tail) waiting_.clear();
  co_return;
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

sim::Task<> VirtioPrq::invalidate_all(Originator who) {
  co_await vmm_.trap();
  co_await host_.invalidate_all(who);
}

}  // namespace faultpath::models
