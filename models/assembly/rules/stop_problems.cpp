// How many faults can begin at most, where that is certain.
#include "models/assembly/rules/stop_problems.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <variant>

#include "models/assembly/guest_implications.hpp"
#include "models/assembly/guests_fault.hpp"
#include "models/assembly/implications.hpp"
#include "models/assembly/iommu_kinds.hpp"
#include "models/assembly/reach.hpp"
#include "models/strategy/lru_locked.hpp"
#include "models/strategy/strategy_traits.hpp"

namespace faultpath::models {
namespace {

// Somebody else than the pages may end the run.
bool ends_otherwise(const SystemSpec& spec) {
  if (spec.run.stop.duration || spec.run.stop.operations) return true;
  return std::ranges::all_of(spec.devices, [](const DeviceSpec& device) {
    const auto* const trace = std::get_if<TraceSpec>(&device.workload.kind);
    return trace != nullptr && !trace->repeat;
  });
}

// A page that is absent is asked for until it is there, and nothing but its absence is a fault.
bool waits_for_pages(const DeviceSpec& device) {
  return std::holds_alternative<WaitSpec>(device.on_fault) && device.ats.enabled &&
         device.pri.enabled && !device.ats.ignores_invalidations && device.reset.at.empty() &&
         !device.reset.every && device.stops.empty() && device.nonfaultable.empty();
}

bool is_reclaimed(const SystemSpec& spec, const Plan& plan) {
  std::uint64_t pages = 0;
  for (const Plan::Process& process : plan.processes) {
    pages += process.count * process.pages.count();
  }
  return Memory::may_reclaim(spec.host, pages);
}

bool has_a_limit(const Plan& plan) {
  return std::ranges::any_of(plan.tables, [&](const Plan::Table& table) {
    const auto* const lru = std::get_if<LruLockedSpec>(&table.strategy->kind);
    const std::uint64_t pages = plan.processes[table.process].pages.count();
    return lru != nullptr && LruLocked::limit_pages(lru->limit, pages, plan.page_size) < pages;
  });
}

// A page of a pinned table is never asked for; that of a process may be asked for again, to be
// written.
std::uint64_t faults_a_page(const StrategySpec& strategy) {
  const StrategyTraits traits = traits_of(strategy);
  if (traits.forbids_faults()) return 0;
  return traits.binds_pasid ? 2 : 1;
}

std::optional<std::uint64_t> most_faults(const SystemSpec& spec, const Plan& plan) {
  if (!spec.iommu.events.empty() || loses_answers(spec) || answers_early(spec) || refuses(spec) ||
      answers_for_guests(spec)) {
    return std::nullopt;
  }
  const auto faultless = [](const Plan::Table& t) {
    return traits_of(*t.strategy).forbids_faults();
  };
  if (std::ranges::all_of(plan.tables, faultless)) return 0;
  if (guests_fault(spec.iommu) || info_of(spec.iommu.kind).stalls || is_reclaimed(spec, plan) ||
      has_a_limit(plan) || !std::ranges::all_of(spec.devices, waits_for_pages)) {
    return std::nullopt;
  }
  std::uint64_t faults = 0;
  for (std::size_t index = 0; index < spec.devices.size(); ++index) {
    const DeviceSpec& device = spec.devices[index];
    const std::uint64_t pages = reach_of(device, spec.traces[index], plan.page_size).count();
    for (std::uint32_t context = 0; context < device.contexts; ++context) {
      const Plan::Table& table = plan.tables[plan.devices[index].table_of(context)];
      faults += pages * device.count * faults_a_page(*table.strategy);
    }
  }
  return faults;
}

}  // namespace

std::vector<SpecProblem> stop_problems(const SystemSpec& spec, const Plan& plan) {
  if (!spec.run.stop.faults || ends_otherwise(spec)) return {};
  const auto most = most_faults(spec, plan);
  if (!most || *most >= *spec.run.stop.faults) return {};
  if (*most == 0) {
    return {{"stop_after.faults",
             "strategy pin has no faults: nothing ends the run; add operations or a duration"}};
  }
  return {{"stop_after.faults",
           fmt::format("nothing is taken away again, so at most {} faults can begin, and nothing "
                       "else ends the run; add operations or a duration",
                       *most)}};
}

}  // namespace faultpath::models
