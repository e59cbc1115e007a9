// Limits against the spaces that they are for.
#include "models/strategy/strategy_problems.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "models/assembly/reach.hpp"
#include "models/strategy/lru_locked.hpp"

namespace faultpath::models {
namespace {

std::uint32_t largest_group(const SystemSpec& spec, const SpaceOutline& space) {
  std::uint32_t group = 0;
  for (const std::size_t index : space.devices) {
    group = std::max(group, spec.devices[index].pri.group);
  }
  return group;
}

// One fault must find room for the pages of its group, which it spares, and for those ahead. A
// limit that holds the whole space never evicts.
void check_limit(const SystemSpec& spec, const LruLockedSpec& lru, const SpaceOutline& space,
                 std::vector<SpecProblem>& problems) {
  const std::string path = "strategies." + spec.strategy.name;
  const std::uint64_t limit = LruLocked::limit_pages(lru.limit, space.pages.count());
  if (limit >= space.pages.count()) return;
  const std::uint64_t pinned = space.nonfaultable.count();
  const std::uint32_t group = largest_group(spec, space);
  if (limit < pinned + group + lru.premap) {
    const std::string ahead =
        lru.premap > 1 ? fmt::format(" whose faults map {} pages each", lru.premap) : "";
    problems.push_back({path + ".limit",
                        fmt::format("{} pages of 4KiB, {} of them pinned, are too few for a group "
                                    "of {}{}",
                                    limit, pinned, group, ahead)});
  }
  const bool periodic = lru.evict == LruLockedSpec::Evict::periodic;
  if (periodic && LruLocked::target_pages(lru, limit) >= limit) {
    problems.push_back({path + ".target",
                        fmt::format("a pass that leaves all {} pages of the limit frees nothing, "
                                    "and faults wait for room for ever: below 100%",
                                    limit)});
  }
}

}  // namespace

std::vector<SpecProblem> strategy_problems(const SystemSpec& spec) {
  std::vector<SpecProblem> problems;
  const auto* const lru = std::get_if<LruLockedSpec>(&spec.strategy.kind);
  if (lru == nullptr) return problems;
  for (const SpaceOutline& space : outlines_of(spec)) check_limit(spec, *lru, space, problems);
  const bool reported =
      std::ranges::any_of(spec.devices, [](const DeviceSpec& d) { return d.reports_access; });
  if (lru->recency == LruLockedSpec::Recency::used && !reported) {
    problems.push_back({"strategies." + spec.strategy.name + ".recency",
                        "no device reports access, so use cannot be seen"});
  }
  return problems;
}

}  // namespace faultpath::models
