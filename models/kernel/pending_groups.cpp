// Beginning, finding and ending pending groups.
#include "models/kernel/pending_groups.hpp"

#include <algorithm>

namespace faultpath::models {

PendingGroups::Client& PendingGroups::client(DeviceIndex device) {
  while (clients_.size() <= device.value) clients_.emplace_back();
  return clients_[device.value];
}

IopfGroup& PendingGroups::take(DeviceIndex device) {
  IopfGroup& group = groups_.take();
  group.device = device;
  group.requests.clear();
  group.faults.clear();
  group.pending = group.overdue = group.withheld = group.open = group.recalled = false;
  group.whole = nullptr;
  group.parts = 0;
  group.code = ResponseCode::success;
  return group;
}

void PendingGroups::begin(IopfGroup& group, sim::Time now) {
  group.pending = true;
  group.queued = now;
  group.serial = ++begun_;
  ++client(group.device).pending;
}

bool PendingGroups::end(IopfGroup& group) {
  if (!group.pending) return false;
  group.pending = false;
  return --client(group.device).pending == 0;
}

std::vector<IopfGroup*> PendingGroups::of(DeviceIndex device) {
  std::vector<IopfGroup*> found;
  groups_.for_each([&](IopfGroup& group) {
    if (group.pending && group.device == device) found.push_back(&group);
  });
  std::ranges::sort(found, {}, &IopfGroup::serial);
  return found;
}

IopfGroup* PendingGroups::oldest_like(const IopfGroup& group, const IommuPort& iommu) {
  IopfGroup* oldest = nullptr;
  groups_.for_each([&](IopfGroup& other) {
    const bool alike =
        other.pending && other.device == group.device && other.last().index == group.last().index &&
        (other.last().pasid == group.last().pasid || !iommu.response_needs_pasid(other.last()));
    if (alike && (oldest == nullptr || other.serial < oldest->serial)) oldest = &other;
  });
  return oldest;
}

std::uint64_t PendingGroups::requests() const {
  std::uint64_t sum = 0;
  groups_.for_each([&](const IopfGroup& group) {
    if (group.pending) sum += group.counted();
  });
  return sum;
}

}  // namespace faultpath::models
