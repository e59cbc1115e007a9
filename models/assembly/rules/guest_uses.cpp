// What kinds of virtual IOMMU and strategies leave to do.
#include "models/assembly/rules/guest_uses.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <variant>

#include "models/strategy/strategy_traits.hpp"

namespace faultpath::models {
namespace {

// Some table of a process of the guest is of such a strategy.
template <class Is>
bool any_table_of(const CheckedGuest& at, const Is& is) {
  return std::ranges::any_of(at.plan.tables, [&](const Plan::Table& table) {
    return at.plan.processes[table.process].guest == at.index && is(*table.strategy);
  });
}

bool gets_requests(const CheckedGuest& at) {
  return host_kind_of(at.guest.viommu) && any_table_of(at, [](const StrategySpec& strategy) {
           return traits_of(strategy).binds_pasid;
         });
}
bool has_read_files(const CheckedGuest& at) {
  return gets_requests(at) && !at.has<HardwareQueuesSpec>();
}
bool maps_around_dma(const CheckedGuest& at) {
  return any_table_of(
      at, [](const StrategySpec& strategy) { return traits_of(strategy).acts_around_dma; });
}
bool unmaps_after_dma(const CheckedGuest& at) {
  return any_table_of(at, [](const StrategySpec& strategy) {
    return std::holds_alternative<ViommuMapSpec>(strategy.kind);
  });
}
bool has_areas(const CheckedGuest& at) {
  return std::ranges::any_of(at.guest.processes,
                             [](const ProcessSpec& process) { return !process.areas.empty(); });
}
bool changes_pasids(const CheckedGuest& at) {
  if (at.has<EmulatedSmmuSpec>()) return false;
  return at.guest.bind != BindPasids::before ||
         std::holds_alternative<ChurnsPasidsSpec>(at.guest.behaviour) ||
         std::holds_alternative<DetachesInFaultSpec>(at.guest.behaviour);
}
// What it does besides its answers needs an attachment that its VMM knows.
bool can_behave_so(const CheckedGuest& at) {
  if (at.has<HardwareQueuesSpec>()) return true;  // guest_limit_problems.hpp
  const GuestBehaviourSpec& kind = at.guest.behaviour;
  const bool acts = std::holds_alternative<FloodsInvalidationsSpec>(kind) ||
                    std::holds_alternative<ChurnsPasidsSpec>(kind);
  return has_read_files(at) || (acts && host_kind_of(at.guest.viommu) && maps_around_dma(at));
}

bool is_in(const CheckedGuest& at, GuestUse use) {
  switch (use) {
    case GuestUse::kernel:
      return gets_requests(at) || maps_around_dma(at);
    case GuestUse::areas:
      return has_areas(at);
    case GuestUse::requests:
      return gets_requests(at);
    case GuestUse::mapping:
      return maps_around_dma(at);
    case GuestUse::unmapping:
      return gets_requests(at) || unmaps_after_dma(at);
    case GuestUse::whole_spaces:
      return false;
    case GuestUse::files:
      return has_read_files(at);
    case GuestUse::guest_tables:
      return has_read_files(at) && !at.has<EmulatedSmmuSpec>();
    case GuestUse::answers:
      return has_read_files(at) && at.has<EmulatedVtdSpec>();
    case GuestUse::threads:
      return has_read_files(at) || (at.has<VirtioMapSpec>() && maps_around_dma(at));
    case GuestUse::lock:
      return has_read_files(at) || maps_around_dma(at);
    case GuestUse::exits:
      return has_read_files(at) || (!at.has<VirtioMapSpec>() && maps_around_dma(at));
    case GuestUse::invalidations:
      return has_read_files(at) || unmaps_after_dma(at);
    case GuestUse::pasids:
      return has_read_files(at) && changes_pasids(at);
    case GuestUse::behaviour:
      return can_behave_so(at);
  }
  return true;
}

// Where the kind leaves it to be done, and the strategy of its devices does not.
std::string why_not_done(const CheckedGuest& at, GuestUse use) {
  if (use == GuestUse::areas) return "no process of the guest has areas";
  if (use == GuestUse::whole_spaces) return "the kernel of a guest maps pages one by one";
  if (use == GuestUse::mapping) {
    return "its devices use the page tables of processes, into which nobody maps or pins: "
           "strategies viommu_map and coiommu do";
  }
  if (use == GuestUse::unmapping || use == GuestUse::invalidations) {
    return "coiommu takes nothing away in a guest: use viommu_map or sva";
  }
  if (use == GuestUse::answers && has_read_files(at)) {
    return "only a guest of emulated_vtd waits for its answer";
  }
  if (use == GuestUse::guest_tables && has_read_files(at)) {
    return "viommu.record is the time of an event";
  }
  if (use == GuestUse::pasids && at.has<EmulatedSmmuSpec>()) {
    return "the guest owns its table of context descriptors";
  }
  if (use == GuestUse::pasids && has_read_files(at)) {
    return "its PASIDs stay as they are: bind at_start, churns_pasids and detaches_in_fault change "
           "them";
  }
  return fmt::format(
      "devices of guest '{}' make no page request that its kernel serves: use strategy sva",
      at.guest.name);
}

}  // namespace

std::string why_unused(const CheckedGuest& at, GuestUse use) {
  if (is_in(at, use)) return {};
  std::string why;
  if (at.has<NoIommuSpec>()) {
    why = "viommu.kind none leaves its kernel and its VMM nothing to do for its devices";
  } else if (at.has<VirtioMapSpec>() && use == GuestUse::exits) {
    why = "requests of virtio_map are kicks, of viommu.kick";
  } else if (at.has<VirtioMapSpec>() && maps_around_dma(at) && use != GuestUse::areas &&
             use != GuestUse::whole_spaces) {
    why = "virtio_map passes no fault on to the guest: use emulated_vtd or virtio_prq";
  } else if (at.has<HardwareQueuesSpec>() && gets_requests(at) && use >= GuestUse::files) {
    why = "hardware_queues does not go by the VMM, so that no VMM sees the groups: use virtio_prq";
  } else {
    why = why_not_done(at, use);
  }
  return "has no effect: " + why;
}

}  // namespace faultpath::models
