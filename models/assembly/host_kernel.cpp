// Which kernel the host has, and which handler an attachment.
#include "models/assembly/host_kernel.hpp"

#include <optional>
#include <variant>

#include "models/assembly/guests_fault.hpp"
#include "models/assembly/iommu_kinds.hpp"
#include "models/assembly/user_tables.hpp"
#include "models/strategy/strategy_traits.hpp"

namespace faultpath::models {
namespace {

NestedSetting walk_setting(const SystemSpec& spec, const HostParts& parts) {
  return NestedSetting{parts.simulation, spec.host,   spec.iommu.second_stage,         parts.memory,
                       parts.mapping,    parts.iommu, info_of(spec.iommu.kind).stalls, kHost};
}

// Where the second stage may miss and the host serves it.
std::optional<NestedSetting> nested_setting(const SystemSpec& spec, const HostParts& parts) {
  const bool host = spec.iommu.second_stage.misses_go_to == MissRoute::host;
  if (!guests_fault(spec.iommu) || !host) return std::nullopt;
  return walk_setting(spec, parts);
}

sim::DistributionSpec per_fault_record(const SystemSpec& spec) {
  return spec.iommu.fault_queue ? spec.iommu.fault_queue->per_record : sim::DistributionSpec{};
}

// Of each instance, in the order of their indices.
std::vector<UserHandlingSpec> handling(const SystemSpec& spec) {
  std::vector<UserHandlingSpec> all;
  const UserReadersSpec* const user = spec.route.user();
  if (user == nullptr) return all;
  for (const DeviceSpec& device : spec.devices) {
    all.insert(all.end(), device.count, handling_of(*user, device.name));
  }
  return all;
}

}  // namespace

GuestHost guest_host(const SystemSpec& spec, const HostParts& parts, Kernel& kernel,
                     PageStore& store, const StatisticsWindow& window) {
  const IommuKindInfo& kind = info_of(spec.iommu.kind);
  return {parts.simulation, parts.processor,           parts.iommu,    kernel, store, window,
          kind.make_prq,    walk_setting(spec, parts), kind.arm_tables};
}

std::unique_ptr<Kernel> make_host_kernel(const SystemSpec& spec, const HostParts& parts) {
  return std::make_unique<Kernel>(KernelSetting{.simulation = parts.simulation,
                                                .path = kHost,
                                                .spec = spec.host,
                                                .route = spec.route,
                                                .processor = parts.processor,
                                                .iommu = parts.iommu,
                                                .make_prq = info_of(spec.iommu.kind).make_prq,
                                                .nested = nested_setting(spec, parts),
                                                .per_fault_record = per_fault_record(spec),
                                                .handling = handling(spec)});
}

std::shared_ptr<PageEvents> make_page_events(const SystemSpec& spec, const HostParts& parts,
                                             const Kernel& kernel, FaultLog& faults,
                                             ProgressWatch& watch, const HostTable& table,
                                             const std::string& device) {
  const auto* const paging = std::get_if<OdpSpec>(&table.spec->kind);
  if (paging == nullptr) return nullptr;
  return std::make_shared<PageEvents>(
      PageEventSetting{parts.simulation, parts.processor, *paging, spec.host.work_queue.wake_up,
                       kernel.attachments(), faults, watch, kHost + "/page events of " + device,
                       spec.host.page_size});
}

// By PASID, user space gets what is reported to it, and what has no PASID; else what is its own.
void attach(Kernel& kernel, Originator who, const HostTable& table, const ContextSpec& context) {
  if (table.guest != nullptr) return table.guest->attach(who, *table.table, *table.strategy);
  const bool users = kernel.route() == FaultRoute::per_pasid
                         ? context.reported || !who.pasid
                         : is_user_spaces(*table.spec, table.table->guest != nullptr);
  HandlerKind handler = traits_of(*table.spec).binds_pasid ? HandlerKind::mm : HandlerKind::vfio;
  if (kernel.user() != nullptr && users) {
    handler = HandlerKind::user;
  } else if (kernel.nested() != nullptr) {
    handler = HandlerKind::nested;
  }
  if (context.refused) handler = HandlerKind::none;
  kernel.attach(who, *table.table, *table.strategy, handler);
}

}  // namespace faultpath::models
