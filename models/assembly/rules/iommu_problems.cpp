// Checking events against the kind, and what a stalling SMMU leaves no choice about.
#include "models/assembly/rules/iommu_problems.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>

#include "models/assembly/iommu_kinds.hpp"
#include "models/iommu/faults/fault_queues.hpp"
#include "models/iommu/iommu_events.hpp"

namespace faultpath::models {
namespace {

// Whether a stream stalls is a question only where both are possible.
bool choosable(const IommuSpec& iommu, IommuAction action) {
  const auto* const stalls = iommu.kind.get<SmmuStallSpec>();
  return stalls == nullptr || stalls->model == StallModel::both ||
         (action != IommuAction::disable_page_requests &&
          action != IommuAction::enable_page_requests);
}

void check_event(const SystemSpec& spec, std::size_t index, std::vector<SpecProblem>& problems) {
  const IommuEventSpec& event = spec.iommu.events[index];
  const IommuActionInfo& info = info_of(event.action);
  const std::string path = fmt::format("iommu.events[{}]", index);
  if (!info.exists_in(spec.iommu.kind)) {
    problems.push_back(
        {path + ".do", fmt::format("{} knows no {}", info_of(spec.iommu.kind).name, info.name)});
  } else if (!choosable(spec.iommu, event.action)) {
    problems.push_back({path + ".do", "stall.model leaves no choice"});
  }
  if (!event.device) return;
  const auto named = [&](const DeviceSpec& d) { return d.name == *event.device; };
  if (!info.of_function()) {
    problems.push_back({path + ".device", fmt::format("{} is not about a device", info.name)});
  } else if (std::ranges::none_of(spec.devices, named)) {
    problems.push_back({path + ".device", fmt::format("there is no device '{}'", *event.device)});
  }
}

// A timer of eight bits that counts steps of 50 ns.
constexpr sim::Duration kTimerStep = sim::nanoseconds(50);

bool fits_the_timer(sim::Duration delay) {
  return delay <= 255 * kTimerStep && delay % kTimerStep == sim::Duration::zero();
}

void check_fault_queue(const SystemSpec& spec, std::vector<SpecProblem>& problems) {
  if (!spec.iommu.fault_queue || !spec.iommu.fault_queue->entries) return;
  const FaultQueueInfo* const info = fault_queue_of(spec.iommu.kind);
  if (info == nullptr) return;  // the key has no effect, which is said elsewhere
  const std::uint32_t entries = *spec.iommu.fault_queue->entries;
  const bool fits = entries >= info->smallest && entries <= info->largest;
  if (fits && (!info->power_of_two || std::has_single_bit(entries))) return;
  problems.push_back(
      {"iommu.fault_queue.entries",
       fmt::format("{} has {} to {} entries{}", info_of(spec.iommu.kind).name, info->smallest,
                   info->largest, info->power_of_two ? ", a power of two" : "")});
}

}  // namespace

std::vector<SpecProblem> iommu_problems(const SystemSpec& spec) {
  std::vector<SpecProblem> problems;
  const auto* const amd = spec.iommu.kind.get<AmdSpec>();
  if (amd != nullptr && !fits_the_timer(amd->response_delay)) {
    problems.push_back({"iommu.amd.response_delay", "the timer has 0 to 255 steps of 50ns"});
  }
  check_fault_queue(spec, problems);
  for (std::size_t i = 0; i < spec.iommu.events.size(); ++i) check_event(spec, i, problems);
  const IommuAction disable = IommuAction::disable_page_requests;
  for (std::size_t i = 0; i < spec.devices.size(); ++i) {
    if (spec.devices[i].pri.enabled) continue;
    const std::string key = fmt::format("devices[{}].pri.enabled", i);
    if (!info_of(disable).exists_in(spec.iommu.kind)) {
      problems.push_back({key, fmt::format("{} has no such bit", info_of(spec.iommu.kind).name)});
    } else if (!choosable(spec.iommu, disable)) {
      problems.push_back({key, "iommu.stall.model leaves no choice"});
    }
  }
  return problems;
}

}  // namespace faultpath::models
