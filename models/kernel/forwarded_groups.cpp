// Parts and their groups.
#include "models/kernel/forwarded_groups.hpp"

#include <algorithm>

namespace faultpath::models {

IopfGroup& ForwardedGroups::whole_of(const PageRequest& request) {
  while (open_.size() <= request.device.value) open_.emplace_back();
  std::vector<IopfGroup*>& open = open_[request.device.value];
  const auto found = std::ranges::find_if(
      open, [&](const IopfGroup* group) { return group->last().index == request.index; });
  IopfGroup& whole = found == open.end() ? groups_.take(request.device) : **found;
  whole.requests.push_back(request);
  whole.open = !request.last;
  if (request.last && found != open.end()) open.erase(found);
  if (!request.last && found == open.end()) open.push_back(&whole);
  return whole;
}

IopfGroup& ForwardedGroups::add(const PageRequest& request) {
  IopfGroup& whole = whole_of(request);
  IopfGroup& part = groups_.take(request.device);
  part.requests.push_back(request);
  part.whole = &whole;
  ++whole.parts;
  return part;
}

IopfGroup* ForwardedGroups::end(IopfGroup& part, ResponseCode code) {
  IopfGroup& whole = *part.whole;
  if (whole.code == ResponseCode::success) whole.code = code;
  groups_.give(part);
  if (--whole.parts > 0 || whole.open) return nullptr;
  if (!whole.recalled) return &whole;
  groups_.give(whole);
  return nullptr;
}

void ForwardedGroups::recall(DeviceIndex device, PrgIndex index,
                             std::vector<PageRequest>& requests) {
  if (device.value >= open_.size()) return;
  std::vector<IopfGroup*>& open = open_[device.value];
  const auto found = std::ranges::find_if(
      open, [&](const IopfGroup* group) { return group->last().index == index; });
  if (found == open.end()) return;
  IopfGroup& whole = **found;
  open.erase(found);
  requests.insert(requests.end(), whole.requests.begin(), whole.requests.end());
  whole.open = false;
  whole.recalled = true;
  if (whole.parts == 0) groups_.give(whole);
}

std::optional<PrgIndex> ForwardedGroups::oldest(DeviceIndex device) const {
  if (device.value >= open_.size() || open_[device.value].empty()) return std::nullopt;
  return open_[device.value].front()->last().index;
}

std::uint64_t ForwardedGroups::requests() const {
  std::uint64_t sum = 0;
  for (const auto& open : open_) {
    for (const IopfGroup* group : open) sum += group->requests.size();
  }
  return sum;
}

}  // namespace faultpath::models
