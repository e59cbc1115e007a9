// Page requests by a virtqueue: no register is trapped, and the answer is a kick.
#pragma once

#include "models/cpu/random_cost.hpp"
#include "models/guest/viommus/backed_queue.hpp"
#include "models/guest/viommus/queued_iommu.hpp"
#include "models/iommu/queues/vtd_page_request_queue.hpp"

namespace faultpath::models {

/// The thread of the VMM puts page requests into buffers of the event virtqueue, and sends its
/// interrupt. The guest reads memory alone. Its answer is a request in the other virtqueue: a kick,
/// which the host's kernel handles, and a thread of the VMM that it wakes. A request that finds no
/// buffer is held back by the VMM, up to a bound; above it the VMM answers Success to a group whose
/// last request there is no room for. The proposal says nothing of that case.
/// Source: Gautam, RFC "vSVA page fault over virtio-iommu", 2021, which was never merged.
class VirtioPrq final : public QueuedIommu {
 public:
  VirtioPrq(const VirtioPrqSpec& spec, const VirtualIommuSetting& setting);

  sim::Task<> deliver(GuestFile& file, FaultMessage message, Worker& worker) override;
  bool queue_is_empty() const override { return queue_.is_empty(); }

  PageRequestQueue& queue() override { return queue_.queue(); }
  void queue_changed() override;

 private:
  sim::Task<> respond_in_turn(DeviceIndex device, PageResponse response) override;

  bool store(const PageRequest& request);
  sim::Process refill();

  const VirtioPrqSpec spec_;
  RandomCost kick_;
  Processor& cores_;                        // of the host
  BackedQueue<VtdPageRequestQueue> queue_;  // its entries are the buffers that the guest has given
  bool refilling_ = false;
};

}  // namespace faultpath::models
