// On-demand paging and partial completion against strategies, kinds of IOMMU and functions.
#include "models/assembly/rules/asking_problems.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <variant>

#include "models/assembly/guests_fault.hpp"
#include "models/assembly/iommu_kinds.hpp"
#include "models/strategy/strategy_traits.hpp"

namespace faultpath::models {
namespace {

bool any_table(const Plan& plan, std::size_t device, bool StrategyTraits::* trait) {
  return std::ranges::any_of(plan.devices[device].tables, [&](std::size_t table) {
    return traits_of(*plan.tables[table].strategy).*trait;
  });
}
bool all_tables(const Plan& plan, std::size_t device, bool StrategyTraits::* trait) {
  return std::ranges::all_of(plan.devices[device].tables, [&](std::size_t table) {
    return traits_of(*plan.tables[table].strategy).*trait;
  });
}

// The device finds out by itself that a page is absent: its translations are its own.
std::optional<std::string> problem_of_events(const SystemSpec& spec, const Plan& plan,
                                             std::size_t index) {
  const DeviceSpec& device = spec.devices[index];
  if (info_of(spec.iommu.kind).stalls) {
    return "accesses stall in an smmu_stall before the device could tell its driver";
  }
  if (!device.ats.enabled) return "the device needs its own translations: ats.enabled";
  if (guests_fault(spec.iommu)) return "a second stage on demand faults where no event tells of it";
  if (device.virtual_function_of) return "a virtual function has no events of its own";
  if (std::holds_alternative<PartialSpec>(device.on_fault) ||
      std::holds_alternative<AbortSpec>(device.on_fault)) {
    return "a device that tells its driver waits, drops or sends RNR";
  }
  if (!all_tables(plan, index, &StrategyTraits::by_events)) {
    return "all contexts of a device tell of absent pages in one way";
  }
  return std::nullopt;
}

// What a CPU touches is there for the device only where both use one page table.
std::optional<std::string> problem_of_touching(const SystemSpec& spec, const Plan& plan,
                                               std::size_t index) {
  if (!std::holds_alternative<PartialSpec>(spec.devices[index].on_fault)) return std::nullopt;
  if (!all_tables(plan, index, &StrategyTraits::binds_pasid)) {
    return "a page that the process touches is there for the device under strategy sva only";
  }
  if (guests_fault(spec.iommu)) return "a second stage on demand is not the process's to touch";
  return std::nullopt;
}

}  // namespace

std::vector<SpecProblem> asking_problems(const SystemSpec& spec, const Plan& plan) {
  std::vector<SpecProblem> problems;
  for (std::size_t i = 0; i < spec.devices.size(); ++i) {
    if (any_table(plan, i, &StrategyTraits::by_events)) {
      const std::string& path = plan.tables[plan.devices[i].tables.front()].strategy_path;
      if (const auto why = problem_of_events(spec, plan, i)) problems.push_back({path, *why});
    }
    if (const auto why = problem_of_touching(spec, plan, i)) {
      problems.push_back({fmt::format("devices[{}].on_fault", i), *why});
    }
  }
  return problems;
}

}  // namespace faultpath::models
