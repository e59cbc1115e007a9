// Making the virtual IOMMU of a spec.
#include "models/guest/viommu_kinds.hpp"

#include <variant>

#include "models/guest/viommus/emulated_smmu.hpp"
#include "models/guest/viommus/emulated_vtd.hpp"
#include "models/guest/viommus/hardware_queues.hpp"
#include "models/guest/viommus/no_iommu.hpp"
#include "models/guest/viommus/virtio_map.hpp"
#include "models/guest/viommus/virtio_prq.hpp"

namespace faultpath::models {
namespace {

std::unique_ptr<VirtualIommu> make(const EmulatedVtdSpec& spec,
                                   const VirtualIommuSetting& setting) {
  return std::make_unique<EmulatedVtd>(spec, setting);
}
std::unique_ptr<VirtualIommu> make(const EmulatedSmmuSpec& spec,
                                   const VirtualIommuSetting& setting) {
  return std::make_unique<EmulatedSmmu>(spec, setting);
}
std::unique_ptr<VirtualIommu> make(const VirtioPrqSpec& spec, const VirtualIommuSetting& setting) {
  return std::make_unique<VirtioPrq>(spec, setting);
}
std::unique_ptr<VirtualIommu> make(const HardwareQueuesSpec& spec,
                                   const VirtualIommuSetting& setting) {
  return std::make_unique<HardwareQueues>(spec, setting);
}

std::unique_ptr<VirtualIommu> make(const VirtioMapSpec& spec, const VirtualIommuSetting& setting) {
  return std::make_unique<VirtioMap>(spec, setting);
}
std::unique_ptr<VirtualIommu> make(const NoIommuSpec&, const VirtualIommuSetting& setting) {
  return std::make_unique<NoIommu>(setting);
}

}  // namespace

std::unique_ptr<VirtualIommu> make_viommu(const VirtualIommuSpec& spec,
                                          const VirtualIommuSetting& setting) {
  return std::visit([&](const auto& kind) { return make(kind, setting); }, spec);
}

}  // namespace faultpath::models
