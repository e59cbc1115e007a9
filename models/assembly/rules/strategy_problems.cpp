// Limits against the spaces that they are for.
#include "models/assembly/rules/strategy_problems.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "models/strategy/lru_locked.hpp"
#include "models/strategy/strategy_traits.hpp"

namespace faultpath::models {
namespace {

std::uint32_t largest_group(const SystemSpec& spec, const Plan::Table& table) {
  std::uint32_t group = 0;
  for (const std::size_t index : table.devices) {
    group = std::max(group, spec.devices[index].pri.group);
  }
  return group;
}

void check_target(const LruLockedSpec& lru, const std::string& path, std::uint64_t limit,
                  std::vector<SpecProblem>& problems) {
  if (lru.evict != LruLockedSpec::Evict::periodic) return;
  if (LruLocked::target_pages(lru, limit) < limit) return;
  problems.push_back({path + ".target",
                      fmt::format("a pass that leaves all {} pages of the limit frees nothing, and "
                                  "faults wait for room for ever: below 100%",
                                  limit)});
}

// One fault must find room for the pages of its group, which it spares, and for those ahead. A
// limit that holds the whole space never evicts.
void check_limit(const SystemSpec& spec, const LruLockedSpec& lru, const Plan::Table& table,
                 std::uint64_t pages, std::vector<SpecProblem>& problems) {
  const std::string& path = table.strategy_path;
  const std::uint64_t limit = LruLocked::limit_pages(lru.limit, pages, spec.host.page_size);
  if (limit >= pages) return;
  const std::uint64_t pinned = table.nonfaultable.count();
  const std::uint32_t group = largest_group(spec, table);
  if (limit < pinned + group + lru.premap) {
    const std::string ahead =
        lru.premap > 1 ? fmt::format(" whose faults map {} pages each", lru.premap) : "";
    problems.push_back(
        {path + ".limit",
         fmt::format("{} pages of {}KiB, {} of them pinned, are too few for a group "
                     "of {}{}",
                     limit, spec.host.page_size.bytes() / kKiB, pinned, group, ahead)});
  }
  check_target(lru, path, limit, problems);
}

// A device that translates by a table of this strategy says when it uses a page.
bool is_reported(const SystemSpec& spec, const Plan& plan, const LruLockedSpec& lru) {
  return std::ranges::any_of(plan.tables, [&](const Plan::Table& table) {
    return std::get_if<LruLockedSpec>(&table.strategy->kind) == &lru &&
           std::ranges::any_of(table.devices,
                               [&](std::size_t d) { return spec.devices[d].reports_access; });
  });
}

// What is chosen has a page of the space.
void check_chosen(const PagesSpec& chosen, const Runs& space, PageSize size,
                  const std::string& path, std::vector<SpecProblem>& problems) {
  if (!chosen.empty() && chosen.among(space, size).empty()) {
    problems.push_back(
        {path, "chooses no page: the space ends before it, or the share is too small"});
  }
}

void check_snoop(const SnoopSpec& snoop, const std::string& path,
                 std::vector<SpecProblem>& problems) {
  if (snoop.presence > snoop.hit) {
    problems.push_back({path + ".hit", "holds the look for one page: at least presence"});
  }
  if (snoop.hit > snoop.miss) {
    problems.push_back({path + ".miss", "holds all of a hit: at least hit"});
  }
}

// Devices translate by tables above it: what they report is about pages of processes.
void check_backing(const Plan::SecondStage& stage, std::vector<SpecProblem>& problems) {
  const StrategyTraits traits = traits_of(*stage.backing);
  const Runs& space = stage.vmm.pages;
  check_chosen(traits.pinned, space, {}, stage.backing_path + ".pinned", problems);
  check_chosen(traits.prefault, space, {}, stage.backing_path + ".prefault", problems);
  const auto* const lru = std::get_if<LruLockedSpec>(&stage.backing->kind);
  if (lru == nullptr) return;
  const std::uint64_t limit = LruLocked::limit_pages(lru->limit, space.count());
  if (limit < space.count()) check_target(*lru, stage.backing_path, limit, problems);
  if (lru->recency != LruLockedSpec::Recency::used) return;
  problems.push_back({stage.backing_path + ".recency",
                      "devices report the use of pages of processes, not of guest pages: mapped"});
}

}  // namespace

std::vector<SpecProblem> strategy_problems(const SystemSpec& spec, const Plan& plan) {
  std::vector<SpecProblem> problems;
  for (const Plan::Table& table : plan.tables) {
    const StrategyTraits traits = traits_of(*table.strategy);
    const Runs& space = plan.processes[table.process].pages;
    check_chosen(traits.pinned, space, plan.page_size, table.strategy_path + ".pinned", problems);
    check_chosen(traits.prefault, space, plan.page_size, table.strategy_path + ".prefault",
                 problems);
    const auto* const snoop = std::get_if<SnoopSpec>(&table.strategy->kind);
    if (snoop != nullptr) check_snoop(*snoop, table.strategy_path, problems);
    const auto* const lru = std::get_if<LruLockedSpec>(&table.strategy->kind);
    if (lru == nullptr) continue;
    check_limit(spec, *lru, table, plan.processes[table.process].pages.count(), problems);
    if (lru->recency != LruLockedSpec::Recency::used || is_reported(spec, plan, *lru)) continue;
    problems.push_back(
        {table.strategy_path + ".recency", "no device reports access, so use cannot be seen"});
  }
  for (const Plan::SecondStage& stage : plan.second_stages) {
    if (!stage.table) check_backing(stage, problems);  // else it is one of those above
  }
  return problems;
}

}  // namespace faultpath::models
