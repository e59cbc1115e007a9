// Looking up attachments: a function has few.
#include "models/kernel/attachments.hpp"

#include <algorithm>

#include "sim/ensure.hpp"

namespace faultpath::models {

void Attachments::attach(Originator who, const Attachment& attachment) {
  ENSURE(find(who) == nullptr, "a function and PASID have one attachment at a time");
  if (functions_.size() <= who.device.value) functions_.resize(who.device.value + 1);
  std::deque<Entry>& all = functions_[who.device.value];
  all.push_back({who.pasid, attachment});
  all.back().attachment.handle = ++last_handle_;
}

void Attachments::detach(Originator who) {
  ENSURE(find(who) != nullptr, "only what is attached is detached");
  std::erase_if(functions_[who.device.value],
                [&](const Entry& entry) { return entry.pasid == who.pasid; });
}

const Attachment* Attachments::find(const Originator& who) const {
  if (who.device.value >= functions_.size()) return nullptr;
  for (const Entry& entry : functions_[who.device.value]) {
    if (entry.pasid == who.pasid) return &entry.attachment;
  }
  return nullptr;
}

std::vector<Originator> Attachments::of(DeviceIndex device) const {
  std::vector<Originator> all;
  if (device.value >= functions_.size()) return all;
  for (const Entry& entry : functions_[device.value]) all.push_back({device, entry.pasid});
  return all;
}

const Attachment* Attachments::first_of(DeviceIndex device) const {
  if (device.value >= functions_.size() || functions_[device.value].empty()) return nullptr;
  return &functions_[device.value].front().attachment;
}

}  // namespace faultpath::models
