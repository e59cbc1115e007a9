// Kicks, and the thread that serves what they are for.
#include "models/guest/viommus/virtio_map.hpp"

namespace faultpath::models {

VirtioMap::VirtioMap(const VirtioMapSpec& spec, const VirtualIommuSetting& setting)
    : QueuelessIommu(setting),
      spec_(spec),
      vmm_(setting.vmm),
      host_(setting.host),
      cores_(setting.cores),
      kick_(setting.simulation, spec.kick, setting.path, "kick"),
      request_(setting.simulation, spec.request, setting.path, "request") {}

// As many as fit into the queue at a time; the last are still being served on return.
sim::Task<GuestExits::Service> VirtioMap::request(Worker& worker, std::uint64_t requests) {
  sim::SemaphoreUnit queue = co_await queue_lock_.hold();
  for (; requests > spec_.queue_entries; requests -= spec_.queue_entries) {
    const Service served = co_await kick(worker, spec_.queue_entries);
  }
  Service service = co_await kick(worker, requests);
  service.queue.emplace(std::move(queue));
  co_return service;
}

sim::Task<GuestExits::Service> VirtioMap::kick(Worker& worker, std::uint64_t requests) {
  vmm_.stats().exits_kernel += vmm_.counts();
  worker.charge(kick_());
  co_await worker.pay();
  Service service;
  service.thread = std::make_unique<Worker>(cores_);
  Worker& thread = *service.thread;
  co_await thread.enter();
  thread.charge(vmm_.costs().wake_up());
  co_await thread.pay();
  service.lock.emplace(co_await vmm_.lock().hold());
  for (; requests > 0; --requests) {
    thread.charge(request_());
    co_await thread.pay();
  }
  co_return service;
}

}  // namespace faultpath::models
