// What nothing would ever meet.
#include "models/assembly/rules/guest_limit_problems.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>
#include <variant>

#include "models/assembly/guest_implications.hpp"
#include "models/memory/memory.hpp"

namespace faultpath::models {
namespace {

class GuestLimitFinder {
 public:
  GuestLimitFinder(const SystemSpec& spec, const Plan& plan) : spec_(spec), plan_(plan) {}

  std::vector<SpecProblem> find() {
    for (std::size_t i = 0; i < spec_.guests.size(); ++i) check(i);
    return std::move(problems_);
  }

 private:
  void add(std::string path, std::string message) {
    problems_.push_back({std::move(path), std::move(message)});
  }

  void check(std::size_t index) {
    const GuestMachineSpec& guest = spec_.guests[index];
    const GuestLimitsSpec& limits = guest.vmm.limits;
    const std::string path = fmt::format("guests[{}]", index);
    const bool well_behaved = std::holds_alternative<WellBehavedSpec>(guest.behaviour);
    const std::uint64_t requests = most_requests_of(spec_, guest);
    if (requests == 0) {
      const std::string none = fmt::format("has no effect: guest '{}' has no device", guest.name);
      if (!well_behaved) add(path + ".behaviour", none);
      if (limits.concern_groups() || limits.invalidations) add(path + ".vmm.limits", none);
      return;
    }
    if (!host_kind_of(guest.viommu)) return;  // viommu_problems.hpp
    if (std::holds_alternative<HardwareQueuesSpec>(guest.viommu)) {
      const char* const bypassed =
          "hardware writes page requests into the guest's own log and takes its answers from "
          "there: "
          "no VMM sees the groups, and only pri.allocation bounds them; use virtio_prq";
      if (!well_behaved) add(path + ".behaviour", fmt::format("is not modelled: {}", bypassed));
      if (limits.concern_groups() || limits.invalidations) {
        add(path + ".vmm.limits", fmt::format("has no effect: {}", bypassed));
      }
      return;
    }
    if (limits.pending_groups && *limits.pending_groups >= requests) {
      add(path + ".vmm.limits.pending_groups",
          fmt::format("has no effect: its devices have at most {} faults outstanding", requests));
    }
    if (limits.oversized != OversizedGroup::keep && !may_be_oversized(spec_, guest)) {
      add(path + ".vmm.limits.oversized",
          fmt::format("has no effect: no group of its devices is above vmm.records, {}",
                      guest.vmm.records));
    }
    if (limits.invalidations && !invalidates(index)) {
      add(path + ".vmm.limits.invalidations",
          "has no effect: its kernel has nothing to invalidate, for its memory suffices");
    }
  }

  bool invalidates(std::size_t index) const {
    const GuestMachineSpec& guest = spec_.guests[index];
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
    for (const Plan::Process& process : plan_.processes) {
      if (process.guest != index) continue;
      pages += (process.count + guest.count - 1) / guest.count * process.pages.count();
    }
    return Memory::may_reclaim(memory, pages);
  }

  const SystemSpec& spec_;
  const Plan& plan_;
  std::vector<SpecProblem> problems_;
};

}  // namespace

std::vector<SpecProblem> guest_limit_problems(const SystemSpec& spec, const Plan& plan) {
  return GuestLimitFinder(spec, plan).find();
}

}  // namespace faultpath::models
