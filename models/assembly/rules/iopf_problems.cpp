// Settings of the fault core that have no effect.
#include "models/assembly/rules/iopf_problems.hpp"

#include <algorithm>
#include <variant>

#include "models/assembly/iommu_kinds.hpp"

namespace faultpath::models {

namespace {

// The VMM reads what its virtual IOMMU tells the guest.
bool has_fault_files(const GuestMachineSpec& guest) {
  return std::holds_alternative<EmulatedVtdSpec>(guest.viommu) ||
         std::holds_alternative<VirtioPrqSpec>(guest.viommu);
}

}  // namespace

std::vector<SpecProblem> iopf_problems(const SystemSpec& spec) {
  std::vector<SpecProblem> problems;
  const HostSpec& host = spec.host;
  if (!host.iopf.hold_partial && info_of(spec.iommu.kind).stalls) {
    problems.push_back({"host.iopf.hold_partial",
                        "every stall is a group of its own: there is nothing to hold or forward"});
  }
  if (!host.iopf.hold_partial && std::ranges::any_of(spec.guests, has_fault_files)) {
    problems.push_back({"host.iopf.hold_partial",
                        "a VMM reads whole groups, and partial ones could not be recalled"});
  }
  if (spec.route.user() != nullptr) {
    if (!host.iopf.hold_partial) {
      problems.push_back({"host.iopf.hold_partial",
                          "user space reads whole groups, and partial ones could not be recalled"});
    }
    if (host.iopf.service == GroupService::interrupt_thread) {
      problems.push_back(
          {"host.iopf.service", "has no effect where user space serves the groups", true});
    }
  }
  if (host.iopf.service == GroupService::interrupt_thread) {
    const std::string reason =
        "has no effect where host.iopf.service is interrupt_thread: nothing is queued";
    if (host.work_queue.max_active) {
      problems.push_back({"host.work_queue.max_active", reason, true});
    }
    if (host.work_queue.nodes > 1) problems.push_back({"host.work_queue.nodes", reason, true});
  }
  return problems;
}

}  // namespace faultpath::models
