// What software asks of the IOMMU through the ring of descriptors, and how it is carried out.
#include "models/iommu/iommu.hpp"
#include "models/iommu/iommu_events.hpp"

namespace faultpath::models {
namespace {

constexpr EntryKind kInvalidated{7, "invalidated"};
constexpr EntryKind kResponded{8, "group response"};
constexpr EntryKind kTimedOut{9, "invalidation timed out"};

// No invalidation request is about less than a unit of the device (PCIe 10.5.1).
PageRange whole_units(PageRange range, unsigned shift) {
  const std::uint64_t begin = range.first.value >> shift << shift;
  const std::uint64_t last = range.first.value + range.pages - 1;
  return {IovaPage{begin}, (((last >> shift) + 1) << shift) - begin};
}

}  // namespace

/// One invalidation of the IOTLB and, behind it, of device TLBs.
struct Iommu::Flush {
  AddressSpace* space;
  IovaPage first;
  std::uint64_t pages;
  std::optional<DeviceIndex> only;  ///< this device; absent: every device of the space
};

sim::Task<> Iommu::respond_in_turn(DeviceIndex device, PageResponse response) {
  co_await ring_.room();
  ring_.submit_response(device, encoded(response));
  if (!ring_.commands().response_waited) co_return;
  co_await ring_.room();
  InvalidationQueue::Status status;
  ring_.submit_wait(status);
  if (status.value == InvalidationQueue::Status::Value::pending) {
    co_await status.written.wait({"status of a wait descriptor", "iommu"});
  }
}

sim::Task<> Iommu::invalidate(AddressSpace& space, IovaPage first, std::uint64_t pages) {
  return flush({&space, first, pages, std::nullopt});
}

sim::Task<> Iommu::invalidate_all(Originator who) {
  AddressSpace& space = *ports_[who.device.value]->space;
  const std::uint64_t pages = who.pasid ? 0 : space.span();
  return flush({&space, space.first(), pages, who.device});
}

sim::Task<> Iommu::flush(Flush what) {
  using Value = InvalidationQueue::Status::Value;
  const bool counted = window_.covers(simulation_.now());
  stats_.iotlb_invalidations += counted;
  // Devices know the addresses of the first stage only: with a guest page goes all that they hold.
  AddressSpace& space = *what.space;
  const bool second_stage = space.first_stage != nullptr;
  const AddressSpace& reached = second_stage ? *space.first_stage : space;
  const IovaPage device_first = second_stage ? reached.first() : what.first;
  const std::uint64_t device_pages = second_stage ? reached.span() : what.pages;
  Value end = Value::aborted;
  while (end == Value::aborted) {
    co_await ring_.room();
    ring_.submit_iotlb(space, what.first, what.pages);
    for (const DeviceIndex device : reached.devices) {
      if (spec_.kind == IommuKind::smmu_stall) break;  // no device has a TLB
      if (what.only && device != *what.only) continue;
      Port& port = *ports_[device.value];
      if (port.broken || !port.ats) continue;
      port.stats.atc_invalidations += counted;
      co_await ring_.room();
      const PageRange units = whole_units({device_first, device_pages}, port.unit_shift);
      ring_.submit_device_tlb(device, units.first, units.pages);
    }
    co_await ring_.room();
    InvalidationQueue::Status status;
    ring_.submit_wait(status);
    if (status.value == Value::pending) {
      co_await status.written.wait({"device TLB invalidation", "iommu"});
    }
    end = status.value;
  }
}

void Iommu::invalidate_iotlb(AddressSpace& space, IovaPage first, std::uint64_t pages) {
  if (space.first_stage != nullptr) {
    forget_domain(space.tag());
  } else {
    iotlb_.invalidate(space.tag(), first.value, pages);
  }
  journal_.note(simulation_.now(), kInvalidated, first.value);
}

void Iommu::post(DeviceIndex device, const DeviceInvalidation& request) {
  ports_[device.value]->down->send(simulation_.now(), request);
}

void Iommu::post(DeviceIndex device, const GroupResponse& response) {
  const sim::Time now = simulation_.now();
  journal_.note(now, kResponded, std::uint64_t{device.value} << 16 | response.index.value);
  if (spec_.kind == IommuKind::smmu_stall) {
    const bool success = response.code == ResponseCode::success;
    end_stall(device, response.index, success ? StallEnd::retry : StallEnd::abort);
  } else {
    ports_[device.value]->down->send(now, response);
  }
}

void Iommu::forget_domain(std::uint32_t tag) {
  iotlb_.invalidate_tag(tag);
  nested_->invalidate_domain(tag);
}

// Before the queue write (VT-d 6.5.3.1, table 27): the page alone, but with two stages all that the
// domain has cached.
void Iommu::invalidate_implicitly(const AddressSpace& space, IovaPage page) {
  if (nested_) {
    forget_domain(space.tag());
  } else {
    iotlb_.invalidate(space.tag(), page.value, 1);
    walker_.invalidate(space.tag(), page);
  }
}

void Iommu::timed_out(DeviceIndex device) {
  const sim::Time now = simulation_.now();
  Port& port = *ports_[device.value];
  port.stats.timeouts += window_.covers(now);
  journal_.note(now, kTimedOut, device.value);
  port.broken = port.refused = true;
  if (info_of(IommuAction::remove_context).exists_in(spec_.kind)) {
    queue_->apply(IommuAction::remove_context, device);
  }
}

}  // namespace faultpath::models
