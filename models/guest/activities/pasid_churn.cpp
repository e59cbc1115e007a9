// One change.
#include "models/guest/activities/pasid_churn.hpp"

#include <algorithm>
#include <set>

namespace faultpath::models {
namespace {

// The last: those of contexts are counted from 1.
constexpr Pasid kUnused{0xfffff};

}  // namespace

sim::Task<> PasidChurn::act(Worker& worker) {
  const DeviceIndex device = next_attachment().who.device;
  charge_descriptor(worker);
  setting_.stats.pasid_changes += counts();
  const sim::SemaphoreUnit locked = co_await setting_.vmm.invalidations().shadow(worker);
  if (spec_.invalidation == ChurnsPasidsSpec::Invalidation::global) {
    worker.charge(walk_of_all_tables());
    co_await worker.pay();
  }
  co_await setting_.iommu.invalidate_all({device, kUnused});
}

// Each entry takes as long as the first one.
sim::Duration PasidChurn::walk_of_all_tables() {
  std::set<DeviceIndex> devices;
  for (const GuestAttachment& each : setting_.attachments) devices.insert(each.who.device);
  const auto entries = static_cast<std::int64_t>(devices.size() * spec_.entries);
  return std::min(setting_.vmm.costs().table_read(), sim::kLongestStep / (2 * entries)) * entries;
}

}  // namespace faultpath::models
