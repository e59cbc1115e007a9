// Kinds, queues and strategies of guests.
#include "models/assembly/rules/guest_problems.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <string>
#include <utility>
#include <variant>

#include "models/assembly/guests_fault.hpp"
#include "models/assembly/plan.hpp"
#include "models/assembly/rules/guest_key_problems.hpp"
#include "models/assembly/rules/guest_limit_problems.hpp"
#include "models/assembly/rules/guest_rules.hpp"
#include "models/assembly/rules/guest_strategy_problems.hpp"
#include "models/assembly/rules/guest_vmm_problems.hpp"
#include "models/assembly/rules/viommu_problems.hpp"
#include "models/assembly/user_tables.hpp"
#include "models/kernel/eras.hpp"
#include "models/memory/guest_memory.hpp"
#include "models/strategy/lru_locked.hpp"
#include "models/strategy/strategy_traits.hpp"

namespace faultpath::models {
namespace {

constexpr std::uint32_t kLevels = 4;  // of a second stage (x86-64)

std::vector<SpecProblem> second_stage_problems(const SystemSpec& spec) {
  std::vector<SpecProblem> problems;
  if (spec.iommu.levels.stage2 == 0) {
    problems.push_back({"iommu.levels.stage2", "guests lie behind a second stage: 3 to 5"});
  }
  if (spec.iommu.second_stage.backing != SecondStageBacking::pinned) {
    problems.push_back({"iommu.second_stage.backing", "has no effect: guests[].backing says it"});
  }
  if (rules_of(spec.host.era).responds_by_index) {
    problems.push_back(
        {"host.era", "fault files of guests keep each group until its own answer: from 6.9 on"});
  }
  return problems;
}

// Where every device belongs to a guest without an IOMMU.
std::vector<SpecProblem> unused_stage_problems(const SystemSpec& spec, const Plan& plan) {
  if (!std::ranges::all_of(plan.tables, &Plan::Table::second_stage)) return {};
  std::vector<SpecProblem> problems;
  const auto add = [&](const char* key, const char* why) {
    problems.push_back({key, fmt::format("has no effect: {}", why), true});
  };
  if (spec.iommu.levels.stage1 != LevelsSpec{}.stage1) {
    add("iommu.levels.stage1",
        "devices of guests without an IOMMU have no first stage: levels.stage2 is the depth of "
        "their tables");
  }
  const char* const nested =
      "devices of guests without an IOMMU walk one stage alone: iommu.walk_cache has its tables, "
      "iommu.iotlb its pages";
  if (spec.iommu.second_stage.cache.entries > 0) add("iommu.second_stage.cache", nested);
  if (spec.iommu.second_stage.walk_cache.entries > 0) add("iommu.second_stage.walk_cache", nested);
  return problems;
}

// Where every device belongs to a guest with one. By device the first handler of a function gets
// the faults of all of its PASIDs, also a VMM's; the other routes find what is attached.
std::vector<SpecProblem> unused_route_problems(const SystemSpec& spec) {
  const auto is_vmms_own = [&](const auto& device) { return is_vmms(spec, device); };
  if (spec.route == FaultRoute::per_page_table || spec.route == FaultRoute::per_device ||
      !std::ranges::all_of(spec.devices, is_vmms_own)) {
    return {};
  }
  return {{"route",
           "has no effect: the VMMs of all devices have fault files of their own, which "
           "guests[].vmm describes",
           true}};
}

void vcpus_can_be_there(const CheckedGuest& at) {
  if (const auto problem = problem_of(at.guest.vcpus)) {
    at.add("vcpus." + problem->key, problem->message);
  }
}

// All who name a pool say the same of it.
void pools_are_alike(const CheckedGuest& at) {
  const auto& pool = at.guest.vcpus.overcommit;
  for (std::size_t other = 0; pool && other < at.index; ++other) {
    const auto& first = at.spec.guests[other].vcpus.overcommit;
    if (!first || first->pool != pool->pool || *first == *pool) continue;
    return at.add("vcpus.overcommit",
                  fmt::format("pool '{}' must be as in guests[{}]", pool->pool, other));
  }
}

void backing_maps_on_requests_or_pins(const CheckedGuest& at) {
  const StrategyTraits traits = traits_of(at.guest.backing);
  // Software can look only at addresses of the second stage.
  const bool snoops =
      std::holds_alternative<SnoopSpec>(at.guest.backing.kind) && at.has<NoIommuSpec>();
  if (traits.binds_pasid || traits.by_events || (traits.acts_around_dma && !snoops)) {
    at.add("backing",
           "a second stage is mapped on page requests, or pinned; snoop needs viommu.kind none, "
           "where devices use its addresses");
  }
}

std::uint32_t largest_group(const CheckedGuest& at) {
  std::uint32_t group = 1;
  at.for_each_device([&](const std::string&, const AttachedDeviceSpec& device) {
    group = std::max(group, device.pri.group);
  });
  return group;
}

// Of the instance that has most of them.
std::uint64_t pages_of_layout(const CheckedGuest& at) {
  std::uint64_t pages = 0;
  for (const Plan::Table& table : at.plan.tables) {
    const Plan::Process& process = at.plan.processes[table.process];
    if (process.guest != at.index) continue;
    const std::uint32_t guests = at.guest.count;
    const GuestMemory layout(process.pages, at.spec.iommu.levels, kPageBits, kPageBits, 0);
    pages += (table.count + guests - 1) / guests * layout.end();
  }
  return pages;
}

// What a backing maps on demand.
void memory_on_demand_suffices(const CheckedGuest& at) {
  if (traits_of(at.guest.backing).pins_all && !at.guest.migration) return;
  if (at.spec.iommu.second_stage.leaf_bits != kPageBits) {
    at.add_at("iommu.second_stage.leaf", "what a guest's backing maps on demand has 4KiB");
  }
  const std::uint64_t pages = at.guest.memory / kPageBytes;
  const std::uint64_t needed = pages_of_layout(at);
  if (needed > pages) {
    at.add("memory",
           fmt::format("processes and their tables take {} guest pages of {}", needed, pages));
  }
  const auto* const lru = std::get_if<LruLockedSpec>(&at.guest.backing.kind);
  if (lru == nullptr) return;
  const std::uint64_t limit = LruLocked::limit_pages(lru->limit, pages);
  if (limit < pages && limit < largest_group(at) + std::uint64_t{lru->premap}) {
    at.add("backing.limit",
           fmt::format("{} pages are too few for a group of {}", limit, largest_group(at)));
  }
}

// Populated areas of its processes have their frames from the start.
void populated_memory_fits(const CheckedGuest& at) {
  const GuestMachineSpec& guest = at.guest;
  std::uint64_t pages = 0;
  for (const Plan::Process& process : at.plan.processes) {
    if (process.guest != at.index || !process.memory.populated) continue;
    pages += (process.count + guest.count - 1) / guest.count * process.pages.count();
  }
  if (pages <= guest.memory / kPageBytes) return;
  at.add("memory", fmt::format("populated address spaces: {} MiB do not fit into {} MiB",
                               pages >> 8, guest.memory >> 20));
}

constexpr GuestRule kMachineRules[] = {vcpus_can_be_there, pools_are_alike,
                                       backing_maps_on_requests_or_pins, memory_on_demand_suffices,
                                       populated_memory_fits};

// Of a device that a guest has.
std::vector<SpecProblem> assigned_device_problems(const SystemSpec& spec, const Plan& plan,
                                                  std::size_t index) {
  const AttachedDeviceSpec& device = spec.devices[index];
  const GuestMachineSpec* const guest = guest_of(spec, device);
  std::vector<SpecProblem> problems;
  if (guest == nullptr) return problems;
  for (const std::size_t table : plan.devices[index].tables) {
    const Plan::Table& planned = plan.tables[table];
    const auto found = guest_strategy_problems(*planned.strategy, planned.strategy_path, *guest);
    problems.insert(problems.end(), found.begin(), found.end());
  }
  const std::string path = fmt::format("devices[{}]", index);
  const auto is_for_the_host = [&](const std::string& key) {
    problems.push_back({path + key, "is for devices of the host"});
  };
  if (device.virtual_function_of) {
    problems.push_back(
        {path + ".virtual_function_of",
         "a function whose page request interface is another's cannot be attached to a page table "
         "with a fault file (EINVAL)"});
  }
  if (device.address_space) is_for_the_host(".address_space");
  if (!device.nonfaultable.empty()) is_for_the_host(".nonfaultable");
  if (std::holds_alternative<PartialSpec>(device.on_fault)) is_for_the_host(".on_fault");
  for (std::size_t i = 0; i < device.own_contexts.size(); ++i) {
    if (device.own_contexts[i].refused) is_for_the_host(fmt::format(".contexts[{}].refused", i));
  }
  return problems;
}

}  // namespace

std::vector<SpecProblem> guest_problems(const SystemSpec& spec, const Plan& plan) {
  if (spec.guests.empty()) return {};
  std::vector<SpecProblem> problems = second_stage_problems(spec);
  const auto include = [&](std::vector<SpecProblem> found) {
    std::ranges::move(found, std::back_inserter(problems));
  };
  include(problems_in_guests(spec, plan, kMachineRules));
  for (std::size_t i = 0; i < spec.devices.size(); ++i) {
    include(assigned_device_problems(spec, plan, i));
  }
  include(viommu_problems(spec, plan));
  include(guest_limit_problems(spec, plan));
  include(guest_vmm_problems(spec, plan));
  include(guest_key_problems(spec, plan));
  include(unused_stage_problems(spec, plan));
  include(unused_route_problems(spec));
  return problems;
}

SystemSpec with_second_stage(SystemSpec spec) {
  if (!spec.guests.empty() && spec.iommu.levels.stage2 == 0) spec.iommu.levels.stage2 = kLevels;
  return spec;
}

}  // namespace faultpath::models
