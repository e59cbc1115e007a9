// What software changes in the IOMMU while devices run.
#include "models/assembly/system.hpp"
#include "models/iommu/iommu_events.hpp"

namespace faultpath::models {
namespace {

/// Software looks again whether the queue has been drained (assumed).
constexpr sim::Duration kLook = sim::microseconds(1);

}  // namespace

void System::start_events() {
  for (const IommuEventSpec& event : spec_.iommu.events) {
    simulation_.start(change(event), "host/configuration");
  }
}

// Functions lose their cached translations with their entries; then software waits until nothing of
// them is on its way any more.
sim::Process System::change(IommuEventSpec event) {
  co_await simulation_.delay(event.at, {"a configured event", "iommu"});
  if (!info_of(event.action).of_function()) {
    while (event.action == IommuAction::enable_queue && iommu_->queue().occupied() > 0) {
      co_await simulation_.delay(kLook, {"an empty queue", "iommu"});
    }
    iommu_->apply(event.action, DeviceIndex{});
    co_return;
  }
  std::uint32_t index = 0;
  for (const DeviceSpec& device : spec_.devices) {
    const bool meant = !event.device || *event.device == device.name;
    for (std::uint32_t instance = 0; instance < device.count; ++instance, ++index) {
      if (!meant) continue;
      iommu_->apply(event.action, DeviceIndex{index});
      const bool gone =
          event.action == IommuAction::remove_context || event.action == IommuAction::remove_pasid;
      if (!gone) continue;
      const Originator function{DeviceIndex{index}};
      co_await kernel_->drains().quiesce(function);
    }
  }
}

}  // namespace faultpath::models
