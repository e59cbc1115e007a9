// What nothing would ever meet.
#include "models/assembly/rules/guest_limit_problems.hpp"

#include <fmt/format.h>

#include <variant>

#include "models/assembly/guest_implications.hpp"
#include "models/assembly/rules/guest_rules.hpp"
#include "models/memory/memory.hpp"

namespace faultpath::models {
namespace {

bool limits_its_guest(const CheckedGuest& at) {
  const GuestLimitsSpec& limits = at.guest.vmm.limits;
  return limits.concern_groups() || limits.invalidations;
}

void limits_need_devices(const CheckedGuest& at) {
  if (most_requests_of(at.spec, at.guest) > 0) return;
  const std::string none = fmt::format("has no effect: guest '{}' has no device", at.guest.name);
  if (!std::holds_alternative<WellBehavedSpec>(at.guest.behaviour)) at.add("behaviour", none);
  if (limits_its_guest(at)) at.add("vmm.limits", none);
}

void behaviour_needs_a_vmm(const CheckedGuest& at) {
  if (most_requests_of(at.spec, at.guest) == 0 || !at.has<HardwareQueuesSpec>()) return;
  if (std::holds_alternative<WellBehavedSpec>(at.guest.behaviour)) return;
  at.add("behaviour",
         "is not modelled: hardware writes page requests into the guest's own log and takes its "
         "answers from there: no VMM sees the groups, and only pri.allocation bounds them; use "
         "virtio_prq");
}

// Its kernel has something to invalidate.
bool invalidates(const CheckedGuest& at) {
  const GuestMachineSpec& guest = at.guest;
  const GuestBehaviourSpec& kind = guest.behaviour;
  if (std::holds_alternative<FloodsInvalidationsSpec>(kind) ||
      std::holds_alternative<ChurnsPasidsSpec>(kind) ||
      std::holds_alternative<DetachesInFaultSpec>(kind)) {
    return true;
  }
  HostSpec memory;
  memory.memory = guest.memory;
  memory.reclaim = guest.reclaim;
  std::uint64_t pages = 0;
  for (const Plan::Process& process : at.plan.processes) {
    if (process.guest != at.index) continue;
    pages += (process.count + guest.count - 1) / guest.count * process.pages.count();
  }
  return Memory::may_reclaim(memory, pages);
}

// Guests to whom no fault is passed on: viommu_problems.hpp.
void limits_can_be_met(const CheckedGuest& at) {
  const GuestLimitsSpec& limits = at.guest.vmm.limits;
  const std::uint64_t requests = most_requests_of(at.spec, at.guest);
  const bool passed_on = host_kind_of(at.guest.viommu) && !at.has<HardwareQueuesSpec>();
  if (requests == 0 || !passed_on) return;
  if (limits.pending_groups && *limits.pending_groups >= requests) {
    at.add("vmm.limits.pending_groups",
           fmt::format("has no effect: its devices have at most {} faults outstanding", requests));
  }
  if (limits.oversized != OversizedGroup::keep && !may_be_oversized(at.spec, at.guest)) {
    at.add("vmm.limits.oversized",
           fmt::format("has no effect: no group of its devices is above vmm.records, {}",
                       at.guest.vmm.records));
  }
  if (limits.invalidations && !invalidates(at)) {
    at.add("vmm.limits.invalidations",
           "has no effect: its kernel has nothing to invalidate, for its memory suffices");
  }
}

constexpr GuestRule kLimitRules[] = {limits_need_devices, behaviour_needs_a_vmm, limits_can_be_met};

}  // namespace

std::vector<SpecProblem> guest_limit_problems(const SystemSpec& spec, const Plan& plan) {
  return problems_in_guests(spec, plan, kLimitRules);
}

}  // namespace faultpath::models
