// virtio-iommu: requests to map and unmap by a virtqueue.
#pragma once

#include <cstdint>
#include <memory>

#include "models/cpu/random_cost.hpp"
#include "models/guest/viommus/queueless_iommu.hpp"
#include "models/guest/vmm.hpp"
#include "models/strategy/guest_exits.hpp"
#include "sim/semaphore.hpp"

namespace faultpath::models {

/// The guest appends its requests, kicks once, which is an exit to the host's kernel, and looks at
/// memory until all have come back; meanwhile it has the lock of the queue, for which others on
/// other virtual CPUs spin. A full queue is kicked in between. A thread of the VMM serves the
/// requests, on a core of the host, under its lock. There are no page requests; a fault would be a
/// report, which nobody can recover from.
/// Source: Linux, virtio-iommu, __viommu_sync_req() and viommu_add_req().
class VirtioMap final : public QueuelessIommu, private GuestExits {
 public:
  VirtioMap(const VirtioMapSpec& spec, const VirtualIommuSetting& setting);

  GuestExits* exits() override { return this; }
  sim::Task<> invalidate(IoPageTable& table, IovaPage first, std::uint64_t pages) override {
    return vmm_.invalidations().invalidate_in_thread(table, first, pages);
  }
  sim::Task<> invalidate_all(Originator who) override { return host_.invalidate_all(who); }

 private:
  sim::Task<Service> request(Worker& worker, std::uint64_t requests) override;
  IotlbFlush& caches() override { return *this; }
  sim::Task<Service> kick(Worker& worker, std::uint64_t requests);

  const VirtioMapSpec spec_;
  Vmm& vmm_;
  IommuPort& host_;
  Processor& cores_;  // of the host
  RandomCost kick_, request_;
  sim::Semaphore queue_lock_{1, "lock of a virtio-iommu"};
};

}  // namespace faultpath::models
