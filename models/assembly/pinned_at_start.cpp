// Adding up what is pinned at attach.
#include "models/assembly/pinned_at_start.hpp"

#include <algorithm>
#include <utility>
#include <variant>
#include <vector>

#include "models/strategy/lru_locked.hpp"
#include "models/strategy/strategy_traits.hpp"

namespace faultpath::models {

Runs merged(const Runs& a, const Runs& b) {
  std::vector<Runs::Run> runs = a.list();
  for (const Runs::Run& run : b.list()) runs.push_back(run);
  return Runs(std::move(runs));
}

Runs pinned_for_good(const Plan& plan, const Plan::Table& table) {
  const StrategyTraits traits = traits_of(*table.strategy);
  const Runs& space = plan.processes[table.process].pages;
  if (traits.pins_all) return space;
  if (traits.pinned.empty()) return table.nonfaultable;
  return merged(table.nonfaultable, traits.pinned.among(space, plan.page_size));
}

Runs pinned_at_start(const Plan& plan, const Plan::Table& table) {
  const StrategyTraits traits = traits_of(*table.strategy);
  const Runs stay = pinned_for_good(plan, table);
  if (!traits.pins || traits.prefault.empty()) return stay;
  const Runs& space = plan.processes[table.process].pages;
  const Runs all = merged(stay, traits.prefault.among(space, plan.page_size));
  const auto* const lru = std::get_if<LruLockedSpec>(&table.strategy->kind);
  if (lru == nullptr) return all;
  const std::uint64_t limit = LruLocked::limit_pages(lru->limit, space.count(), plan.page_size);
  const std::uint64_t most = std::max(limit, stay.count());
  if (all.count() <= most) return all;
  std::vector<Runs::Run> taken;
  std::uint64_t left = most;
  for (const Runs::Run& run : all.list()) {
    taken.push_back({run.first, std::min(left, run.count)});
    left -= taken.back().count;
  }
  return Runs(std::move(taken));
}

}  // namespace faultpath::models
