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
#include "models/assembly/rules/guest_limit_problems.hpp"
#include "models/assembly/rules/guest_strategy_problems.hpp"
#include "models/assembly/rules/guest_vmm_problems.hpp"
#include "models/assembly/rules/viommu_problems.hpp"
#include "models/kernel/eras.hpp"
#include "models/memory/guest_memory.hpp"
#include "models/strategy/lru_locked.hpp"
#include "models/strategy/strategy_traits.hpp"

namespace faultpath::models {
namespace {

constexpr std::uint32_t kLevels = 4;  // of a second stage (x86-64)

class GuestFinder {
 public:
  GuestFinder(const SystemSpec& spec, const Plan& plan) : spec_(spec), plan_(plan) {}

  std::vector<SpecProblem> find() {
    if (spec_.iommu.levels.stage2 == 0) {
      add("iommu.levels.stage2", "guests lie behind a second stage: 3 to 5");
    }
    if (spec_.iommu.second_stage.backing != SecondStageBacking::pinned) {
      add("iommu.second_stage.backing", "has no effect: guests[].backing says it");
    }
    if (rules_of(spec_.host.era).responds_by_index) {
      add("host.era", "fault files of guests keep each group until its own answer: from 6.9 on");
    }
    for (std::size_t i = 0; i < spec_.guests.size(); ++i) check_guest(i);
    for (std::size_t i = 0; i < spec_.devices.size(); ++i) check_device(i);
    std::ranges::move(viommu_problems(spec_), std::back_inserter(problems_));
    std::ranges::move(guest_limit_problems(spec_, plan_), std::back_inserter(problems_));
    std::ranges::move(guest_vmm_problems(spec_, plan_), std::back_inserter(problems_));
    return std::move(problems_);
  }

 private:
  void add(std::string path, std::string message) {
    problems_.push_back({std::move(path), std::move(message)});
  }

  void check_guest(std::size_t index) {
    const GuestMachineSpec& guest = spec_.guests[index];
    const std::string path = fmt::format("guests[{}]", index);
    if (const auto problem = problem_of(guest.vcpus)) {
      add(path + ".vcpus." + problem->key, problem->message);
    }
    check_pool(index, path + ".vcpus.overcommit");
    check_backing(index, path);
    check_memory(index, path);
  }

  // All who name a pool say the same of it.
  void check_pool(std::size_t index, const std::string& path) {
    const auto& pool = spec_.guests[index].vcpus.overcommit;
    for (std::size_t other = 0; pool && other < index; ++other) {
      const auto& first = spec_.guests[other].vcpus.overcommit;
      if (!first || first->pool != pool->pool || *first == *pool) continue;
      return add(path, fmt::format("pool '{}' must be as in guests[{}]", pool->pool, other));
    }
  }

  void check_backing(std::size_t index, const std::string& path) {
    const StrategySpec& backing = spec_.guests[index].backing;
    const StrategyTraits traits = traits_of(backing);
    // Software can look only at addresses of the second stage.
    const bool snoops = std::holds_alternative<SnoopSpec>(backing.kind) &&
                        std::holds_alternative<NoIommuSpec>(spec_.guests[index].viommu);
    if (traits.binds_pasid || traits.by_events || (traits.acts_around_dma && !snoops)) {
      add(path + ".backing",
          "a second stage is mapped on page requests, or pinned; snoop needs viommu.kind none, "
          "where devices use its addresses");
    }
    if (traits.pins_all && !spec_.guests[index].migration) return;
    if (spec_.iommu.second_stage.leaf_bits != kPageBits) {
      add("iommu.second_stage.leaf", "what a guest's backing maps on demand has 4KiB");
    }
    const std::uint64_t pages = spec_.guests[index].memory / kPageBytes;
    const std::uint64_t needed = pages_of_layout(index);
    if (needed > pages) {
      add(path + ".memory",
          fmt::format("processes and their tables take {} guest pages of {}", needed, pages));
    }
    const auto* const lru = std::get_if<LruLockedSpec>(&backing.kind);
    if (lru == nullptr) return;
    const std::uint64_t limit = LruLocked::limit_pages(lru->limit, pages);
    if (limit < pages && limit < largest_group(index) + std::uint64_t{lru->premap}) {
      add(path + ".backing.limit",
          fmt::format("{} pages are too few for a group of {}", limit, largest_group(index)));
    }
  }

  std::uint32_t largest_group(std::size_t index) const {
    std::uint32_t group = 1;
    for (const AttachedDeviceSpec& device : spec_.devices) {
      if (device.guest == spec_.guests[index].name) group = std::max(group, device.pri.group);
    }
    return group;
  }

  // Of the instance that has most of them.
  std::uint64_t pages_of_layout(std::size_t index) const {
    std::uint64_t pages = 0;
    for (const Plan::Table& table : plan_.tables) {
      const Plan::Process& process = plan_.processes[table.process];
      if (process.guest != index) continue;
      const std::uint32_t guests = spec_.guests[index].count;
      const GuestMemory layout(process.pages, spec_.iommu.levels, kPageBits, kPageBits, 0);
      pages += (table.count + guests - 1) / guests * layout.end();
    }
    return pages;
  }

  // Populated areas of its processes have their frames from the start.
  void check_memory(std::size_t index, const std::string& path) {
    const GuestMachineSpec& guest = spec_.guests[index];
    std::uint64_t pages = 0;
    for (const Plan::Process& process : plan_.processes) {
      if (process.guest != index || !process.memory.populated) continue;
      pages += (process.count + guest.count - 1) / guest.count * process.pages.count();
    }
    if (pages <= guest.memory / kPageBytes) return;
    add(path + ".memory", fmt::format("populated address spaces: {} MiB do not fit into {} MiB",
                                      pages >> 8, guest.memory >> 20));
  }

  void check_device(std::size_t index) {
    const AttachedDeviceSpec& device = spec_.devices[index];
    const GuestMachineSpec* const guest = guest_of(spec_, device);
    if (guest == nullptr) return;
    const std::string path = fmt::format("devices[{}]", index);
    for (const std::size_t table : plan_.devices[index].tables) {
      const Plan::Table& planned = plan_.tables[table];
      const auto found = guest_strategy_problems(*planned.strategy, planned.strategy_path, *guest);
      problems_.insert(problems_.end(), found.begin(), found.end());
    }
    if (device.virtual_function_of) {
      add(path + ".virtual_function_of",
          "a function whose page request interface is another's cannot be attached to a page table "
          "with a fault file (EINVAL)");
    }
    if (device.address_space) add(path + ".address_space", "is for devices of the host");
    if (!device.nonfaultable.empty()) add(path + ".nonfaultable", "is for devices of the host");
    if (std::holds_alternative<PartialSpec>(device.on_fault))
      add(path + ".on_fault", "is for devices of the host");
    for (std::size_t i = 0; i < device.own_contexts.size(); ++i) {
      if (!device.own_contexts[i].refused) continue;
      add(fmt::format("{}.contexts[{}].refused", path, i), "is for devices of the host");
    }
  }

  const SystemSpec& spec_;
  const Plan& plan_;
  std::vector<SpecProblem> problems_;
};

}  // namespace

std::vector<SpecProblem> guest_problems(const SystemSpec& spec, const Plan& plan) {
  return spec.guests.empty() ? std::vector<SpecProblem>{} : GuestFinder(spec, plan).find();
}

SystemSpec with_second_stage(SystemSpec spec) {
  if (!spec.guests.empty() && spec.iommu.levels.stage2 == 0) spec.iommu.levels.stage2 = kLevels;
  return spec;
}

}  // namespace faultpath::models
