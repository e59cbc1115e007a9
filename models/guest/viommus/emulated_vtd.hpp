// An emulated VT-d: the hardware's queue again, behind registers that are trapped.
#pragma once

#include "models/guest/viommus/queued_iommu.hpp"
#include "models/iommu/queues/vtd_page_request_queue.hpp"

namespace faultpath::models {

/// The thread of the VMM writes page requests into the queue in guest memory, and sends the
/// interrupt when neither pending nor overflow was set. The guest's interrupt thread pays an exit
/// for each register, five a run. Its answer is an exit, too, in which the VMM finds the groups by
/// PASID and index, and writes their answers. When the queue is full a request is lost; nobody
/// answers for it, unless the spec says so.
/// Source: QEMU, "intel_iommu: Add PRI operations support", 2025, and PRQ passthrough, 2026.
class EmulatedVtd final : public QueuedIommu {
 public:
  EmulatedVtd(const EmulatedVtdSpec& spec, const VirtualIommuSetting& setting);

  sim::Task<> deliver(GuestFile& file, FaultMessage message, Worker& worker) override;
  bool queue_is_empty() const override { return queue_.occupied() == 0; }

  PageRequestQueue& queue() override { return queue_; }

 private:
  sim::Task<> respond_in_turn(DeviceIndex device, PageResponse response) override {
    return vmm_.answer(device, response);
  }
  sim::Task<> access(RegisterUse use, unsigned registers) override;

  sim::Task<bool> write(IoPageTable& table, PageRequest request, Worker& worker);

  const EmulatedVtdSpec spec_;
  VtdPageRequestQueue queue_;
};

}  // namespace faultpath::models
