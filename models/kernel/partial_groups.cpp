// Keeping and taking partial groups.
#include "models/kernel/partial_groups.hpp"

#include <algorithm>
#include <iterator>

namespace faultpath::models {

void PartialGroups::keep(const PageRequest& request) {
  if (request.device.value >= kept_.size()) kept_.resize(request.device.value + 1);
  kept_[request.device.value].push_back(request);
}

void PartialGroups::take(DeviceIndex device, PrgIndex index, std::vector<PageRequest>& requests) {
  if (device.value >= kept_.size() || kept_[device.value].empty()) return;
  std::vector<PageRequest>& kept = kept_[device.value];
  const auto same_group = [&](const PageRequest& request) { return request.index == index; };
  std::ranges::copy_if(kept, std::back_inserter(requests), same_group);
  std::erase_if(kept, same_group);
}

std::optional<PrgIndex> PartialGroups::oldest(DeviceIndex device) const {
  if (device.value >= kept_.size() || kept_[device.value].empty()) return std::nullopt;
  return kept_[device.value].front().index;
}

std::uint64_t PartialGroups::requests() const {
  std::uint64_t sum = 0;
  for (const auto& kept : kept_) sum += kept.size();
  return sum;
}

}  // namespace faultpath::models
