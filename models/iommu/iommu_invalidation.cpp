// Invalidation of IOTLB and device TLBs, and the tags that it takes.
#include <utility>

#include "models/iommu/iommu.hpp"
#include "sim/ensure.hpp"

namespace faultpath::models {
namespace {

constexpr EntryKind kInvalidated{7, "invalidated"};

}  // namespace

sim::Task<> Iommu::invalidate(AddressSpace& space, IovaPage first, std::uint64_t pages) {
  const bool counted = window_.covers(simulation_.now());
  stats_.iotlb_invalidations += counted;
  co_await simulation_.delay(iotlb_invalidation_(invalidation_stream_), {"IOTLB", "iommu"});
  iotlb_.invalidate(space.tag(), first.value, pages);
  journal_.note(simulation_.now(), kInvalidated, first.value);
  if (spec_.kind == IommuKind::smmu_stall) co_return;  // no device has a TLB
  InvalidationWait wait;
  wait.remaining = static_cast<std::uint32_t>(space.devices.size());
  for (const DeviceIndex device : space.devices) {
    stats_.atc_invalidations += counted;
    const DeviceInvalidation request{.itag = 0, .first = first, .pages = pages};
    simulation_.start(invalidate_device(device, request, wait), "iommu/device invalidation");
  }
  if (wait.remaining > 0) {
    co_await wait.done.wait({"device TLB invalidation", "iommu"});
  }
}

// Before the queue write (VT-d 6.5.3.1, table 27): the page alone, but with two stages all that the
// domain has cached.
void Iommu::invalidate_implicitly(const AddressSpace& space, IovaPage page) {
  if (nested_) {
    iotlb_.invalidate_tag(space.tag());
    nested_->invalidate_domain(space.tag());
  } else {
    iotlb_.invalidate(space.tag(), page.value, 1);
    walker_.invalidate(space.tag(), page);
  }
}

sim::Process Iommu::invalidate_device(DeviceIndex device, DeviceInvalidation request,
                                      InvalidationWait& wait) {
  Port& port = *ports_[device.value];
  co_await port.itags.take();
  while (port.waits[request.itag] != nullptr) ++request.itag;
  port.waits[request.itag] = &wait;
  port.down->send(simulation_.now(), request);
}

void Iommu::finish_invalidation(const DeviceInvalidationDone& done) {
  Port& port = *ports_[done.device.value];
  InvalidationWait* const wait = std::exchange(port.waits[done.itag], nullptr);
  ENSURE_IN("iommu", wait != nullptr, "only an outstanding invalidation completes");
  port.itags.give();
  if (--wait->remaining == 0) wait->done.raise();
}

}  // namespace faultpath::models
