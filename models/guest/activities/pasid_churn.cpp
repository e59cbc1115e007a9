// One change.
#include "models/guest/activities/pasid_churn.hpp"

namespace faultpath::models {
namespace {

// The last: those of contexts are counted from 1.
constexpr Pasid kUnused{0xfffff};

}  // namespace

sim::Task<> PasidChurn::act(Worker& worker) {
  const DeviceIndex device = next_attachment().who.device;
  charge_descriptor(worker);
  setting_.stats.pasid_changes += counts();
  const sim::SemaphoreUnit locked = co_await setting_.vmm.shadow(worker);
  co_await setting_.vmm.forget_pasid({device, kUnused});
}

}  // namespace faultpath::models
