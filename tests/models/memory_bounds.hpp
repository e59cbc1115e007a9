// How much memory a system can have mapped, and locked.
#pragma once

#include <algorithm>
#include <cstdint>
#include <variant>

#include "models/assembly/pinned_at_start.hpp"
#include "models/assembly/plan.hpp"
#include "models/memory/guest_memory.hpp"
#include "models/strategy/lru_locked.hpp"
#include "models/strategy/strategy_traits.hpp"

namespace faultpath::models {

/// The spaces as a whole, and behind a second stage guest memory with its tables.
inline std::int64_t most_mapped(const SystemSpec& spec) {
  std::uint64_t pages = 0;
  const Plan plan = plan_of(spec);
  for (const Plan::Table& table : plan.tables) {
    const Runs& space = plan.processes[table.process].pages;
    pages += table.count * space.count();
    if (spec.iommu.levels.stage2 == 0) continue;
    const GuestMemory guest(space, spec.iommu.levels, spec.iommu.second_stage.leaf_bits);
    pages += table.count * guest.end();
  }
  for (const Plan::SecondStage& stage : plan.second_stages) {
    pages += stage.vmm.count * stage.vmm.pages.count();
  }
  return static_cast<std::int64_t>(plan.page_size.bytes_of(pages));
}

/// Of a table that pins without end: all of its pages, or none.
inline std::uint64_t locked_limit(const Plan& plan, const Plan::Table& table) {
  const std::uint64_t pages = plan.processes[table.process].pages.count();
  const auto* const lru = std::get_if<LruLockedSpec>(&table.strategy->kind);
  if (lru != nullptr)
    return std::min(pages, LruLocked::limit_pages(lru->limit, pages, plan.page_size));
  return traits_of(*table.strategy).pins ? pages : pinned_for_good(plan, table).count();
}

/// Of all tables, and of the second stages of guests.
inline std::int64_t locked_limit(const Plan& plan) {
  std::uint64_t pages = 0;
  for (const Plan::Table& table : plan.tables) pages += table.count * locked_limit(plan, table);
  for (const Plan::SecondStage& stage : plan.second_stages) {
    const StrategyTraits traits = traits_of(*stage.backing);
    const std::uint64_t all = stage.vmm.pages.count();
    const auto* const lru = std::get_if<LruLockedSpec>(&stage.backing->kind);
    const std::uint64_t most = lru != nullptr
                                   ? LruLocked::limit_pages(lru->limit, all, plan.page_size)
                               : traits.pins || traits.pins_all
                                   ? all
                                   : traits.pinned.among(stage.vmm.pages, plan.page_size).count();
    pages += stage.vmm.count * std::min(all, most);
  }
  return static_cast<std::int64_t>(plan.page_size.bytes_of(pages));
}

}  // namespace faultpath::models
