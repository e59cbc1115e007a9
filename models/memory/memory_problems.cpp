// Adding up the spaces of a system.
#include "models/memory/memory_problems.hpp"

#include <fmt/format.h>

#include "models/assembly/reach.hpp"
#include "models/memory/guest_memory.hpp"

namespace faultpath::models {
namespace {

struct Demand {
  std::uint64_t pages = 0, populated = 0, spaces = 0, pinned = 0;
  std::uint64_t guest_pages = 0;  // that come on demand
};

bool on_demand(const IommuSpec& iommu) {
  return iommu.levels.stage2 > 0 && iommu.second_stage.backing == SecondStageBacking::on_demand;
}

std::uint64_t guest_pages_of(const SystemSpec& spec, const SpaceOutline& space) {
  if (!on_demand(spec.iommu)) return 0;
  const GuestMemory guest(space.pages, spec.iommu.levels, spec.iommu.second_stage);
  return guest.end() - guest.begin();
}

Demand demand_of(const SystemSpec& spec) {
  Demand sum;
  for (const SpaceOutline& space : outlines_of(spec)) {
    const std::uint64_t pages = space.count * space.pages.count();
    sum.spaces += space.count;
    sum.pages += pages;
    sum.guest_pages += space.count * guest_pages_of(spec, space);
    sum.pinned += space.count * space.nonfaultable.count();
    if (spec.devices[space.devices.front()].memory.populated) sum.populated += pages;
  }
  return sum;
}

}  // namespace

std::vector<SpecProblem> memory_problems(const SystemSpec& spec) {
  std::vector<SpecProblem> problems;
  const auto add = [&](const char* path, std::string message) {
    problems.push_back({path, std::move(message)});
  };
  const Demand need = demand_of(spec);
  const std::uint64_t frames = spec.host.memory / kPageBytes;
  if (need.spaces > 100'000) add("devices", "at most 100000 address spaces");
  constexpr std::uint64_t kRounding = 2 * 64;  // states come 64 at a time
  if (need.pages + need.guest_pages + kRounding * need.spaces >= to_index(kNoPage)) {
    add("devices", "all address spaces together are above 16TiB");
  }
  const double spare = 1.0 - spec.host.reclaim.high;
  if (need.pinned > static_cast<std::uint64_t>(static_cast<double>(frames) * spare)) {
    add("host.memory", fmt::format("{} MiB on which devices cannot fault do not fit into {} MiB",
                                   need.pinned >> 8, frames >> 8));
  }
  const bool pin = std::holds_alternative<PinSpec>(spec.strategy.kind);
  if (on_demand(spec.iommu)) return problems;  // frames come when they are needed
  const std::uint64_t at_once = pin ? need.pages : need.populated;
  if (at_once > frames) {
    add("host.memory",
        fmt::format("{} of {} MiB do not fit into {} MiB",
                    pin ? "strategy pin: address spaces" : "populated address spaces", at_once >> 8,
                    frames >> 8));
  }
  return problems;
}

}  // namespace faultpath::models
