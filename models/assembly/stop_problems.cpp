// How many faults can begin at most, where that is certain.
#include "models/assembly/stop_problems.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "models/assembly/iommu_kinds.hpp"
#include "models/assembly/reach.hpp"
#include "models/strategy/lru_locked.hpp"

namespace faultpath::models {
namespace {

// Somebody else than the pages may end the run.
bool ends_otherwise(const SystemSpec& spec) {
  if (spec.run.stop.duration || spec.run.stop.operations) return true;
  return std::ranges::all_of(spec.devices, [](const DeviceSpec& device) {
    return device.workload.kind == WorkloadKind::trace && !device.workload.repeat;
  });
}

// A page that is absent is asked for until it is there, and nothing but its absence is a fault.
bool waits_for_pages(const DeviceSpec& device) {
  return device.on_fault == OnFault::wait && device.ats.enabled && device.pri.enabled &&
         !device.ats.ignores_invalidations && device.reset.at.empty() && !device.reset.every &&
         device.stops.empty() && device.nonfaultable.empty();
}

bool is_reclaimed(const SystemSpec& spec, const std::vector<SpaceOutline>& spaces) {
  std::uint64_t pages = 0;
  for (const SpaceOutline& space : spaces) pages += space.count * space.pages.count();
  return Memory::may_reclaim(spec.host, pages);
}

bool has_a_limit(const SystemSpec& spec, const std::vector<SpaceOutline>& spaces) {
  const auto* const lru = std::get_if<LruLockedSpec>(&spec.strategy.kind);
  if (lru == nullptr) return false;
  return std::ranges::any_of(spaces, [&](const SpaceOutline& space) {
    return LruLocked::limit_pages(lru->limit, space.pages.count()) < space.pages.count();
  });
}

std::optional<std::uint64_t> most_faults(const SystemSpec& spec) {
  if (!spec.iommu.events.empty()) return std::nullopt;
  if (std::holds_alternative<PinSpec>(spec.strategy.kind)) return 0;
  const bool two_stages = spec.iommu.levels.stage2 > 0 &&
                          spec.iommu.second_stage.backing == SecondStageBacking::on_demand;
  const std::vector<SpaceOutline> spaces = outlines_of(spec);
  if (two_stages || info_of(spec.iommu.kind).stalls || is_reclaimed(spec, spaces) ||
      has_a_limit(spec, spaces) || !std::ranges::all_of(spec.devices, waits_for_pages)) {
    return std::nullopt;
  }
  // A process's page may be asked for again, to be written.
  const std::uint64_t each = std::holds_alternative<SvaSpec>(spec.strategy.kind) ? 2 : 1;
  std::uint64_t faults = 0;
  for (const SpaceOutline& space : spaces) {
    for (const std::size_t index : space.devices) {
      const DeviceSpec& device = spec.devices[index];
      const std::uint64_t pages = reach_of(device, spec.traces[index]).count();
      faults += pages * device.count * device.contexts * each;
    }
  }
  return faults;
}

}  // namespace

std::vector<SpecProblem> stop_problems(const SystemSpec& spec) {
  if (!spec.run.stop.faults || ends_otherwise(spec)) return {};
  const auto most = most_faults(spec);
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
