// Adding up the spaces of a system.
#include "models/assembly/rules/memory_problems.hpp"

#include <fmt/format.h>

#include "models/assembly/guests_fault.hpp"
#include "models/assembly/pinned_at_start.hpp"
#include "models/base/sizes.hpp"
#include "models/iommu/input_range.hpp"
#include "models/memory/free_frames.hpp"
#include "models/memory/guest_memory.hpp"
#include "models/strategy/strategy_traits.hpp"

namespace faultpath::models {
namespace {

struct Demand {
  std::uint64_t pages = 0, at_once = 0, spaces = 0, pinned = 0;
  bool pins_all = false;          // some table
  std::uint64_t guest_pages = 0;  // that come on demand
};

std::uint64_t guest_pages_of(const SystemSpec& spec, const Plan::Process& space) {
  if (!guests_fault(spec.iommu)) return 0;
  const GuestMemory guest(space.pages, spec.iommu.levels, spec.iommu.second_stage.leaf_bits);
  return guest.end() - guest.begin();
}

Demand demand_of(const SystemSpec& spec, const Plan& plan) {
  Demand sum;
  std::vector<bool> whole(plan.processes.size());  // all of it has frames from the start
  for (const Plan::Table& table : plan.tables) {
    if (plan.processes[table.process].guest) continue;
    const bool pins_all = traits_of(*table.strategy).pins_all;
    const Runs stay = pins_all ? table.nonfaultable : pinned_for_good(plan, table);
    sum.pinned += table.count * stay.count();
    sum.pins_all |= pins_all;
    if (pins_all) whole[table.process] = true;
  }
  for (std::size_t i = 0; i < plan.processes.size(); ++i) {
    const Plan::Process& process = plan.processes[i];
    const std::uint64_t pages = process.count * process.pages.count();
    sum.spaces += process.count;
    sum.pages += pages;
    if (process.guest) continue;
    sum.guest_pages += process.count * guest_pages_of(spec, process);
    if (whole[i] || process.memory.populated) sum.at_once += pages;
  }
  for (const Plan::SecondStage& stage : plan.second_stages) {
    if (stage.table) continue;  // one of those above
    const std::uint64_t pages = stage.vmm.count * stage.vmm.pages.count();
    sum.spaces += stage.vmm.count;
    sum.pages += pages;
    if (!traits_of(*stage.backing).pins_all) continue;
    sum.pins_all = true;
    sum.at_once += pages;
  }
  return sum;
}

void check_guest(const IommuSpec& iommu, const Plan::Process& process, const std::string& path,
                 std::vector<SpecProblem>& problems) {
  const BackingSpec& backing = process.memory;
  const GuestMemory guest(process.pages, iommu.levels, iommu.second_stage.leaf_bits,
                          backing.huge_pages ? backing.huge_page_bits : kPageBits);
  const unsigned bits = second_stage_range(iommu).bits;
  if (guest.end() >> (bits - kPageBits) == 0) return;
  problems.push_back({path, fmt::format("guest memory, with its tables, is beyond the {} bits of "
                                        "{} levels of the second stage",
                                        bits, iommu.levels.stage2)});
}

// All of a guest's memory is in its second stage, whether devices have tables of their own or not.
void check_memory_of_guests(const SystemSpec& spec, std::vector<SpecProblem>& problems) {
  const InputRange range = second_stage_range(spec.iommu);
  for (std::size_t i = 0; i < spec.guests.size(); ++i) {
    if (spec.guests[i].memory - 1 <= range.last()) continue;
    problems.push_back({fmt::format("guests[{}].memory", i),
                        fmt::format("is beyond the {} bits of {} levels of the second stage",
                                    range.bits, spec.iommu.levels.stage2)});
  }
}

}  // namespace

std::vector<SpecProblem> memory_problems(const SystemSpec& spec, const Plan& plan) {
  std::vector<SpecProblem> problems;
  check_memory_of_guests(spec, problems);
  for (const Plan::Table& table : plan.tables) {
    if (spec.iommu.levels.stage2 == 0) break;
    if (table.second_stage) continue;  // no table of a first stage is in its memory
    check_guest(spec.iommu, plan.processes[table.process],
                fmt::format("devices[{}].workload", table.devices.front()), problems);
  }
  if (!problems.empty()) return problems;
  const auto add = [&](const char* path, std::string message) {
    problems.push_back({path, std::move(message)});
  };
  const Demand need = demand_of(spec, plan);
  const PageSize size = spec.host.page_size;
  const std::uint64_t frames = size.pages_in(spec.host.memory);
  const auto mebibytes = [&](std::uint64_t pages) { return size.bytes_of(pages) / kMiB; };
  if (need.spaces > 100'000) add("devices", "at most 100000 address spaces");
  constexpr std::uint64_t kRounding = 2 * 64;  // states come 64 at a time
  if (need.pages + need.guest_pages + kRounding * need.spaces >= to_index(kNoPage)) {
    add("devices", fmt::format("all address spaces together are above {}TiB",
                               size.bytes_of(1ULL << 32) >> 40));
  }
  if (need.pinned > static_cast<std::uint64_t>(spare_frames(spec.host))) {
    add("host.memory", fmt::format("{} MiB on which devices cannot fault do not fit into {} MiB",
                                   mebibytes(need.pinned), mebibytes(frames)));
  }
  const std::optional<std::uint64_t>& most = spec.host.memory_cgroup.max;
  if (most && need.pinned > size.pages_in(*most)) {
    add("host.memory_cgroup.max",
        fmt::format("{} MiB on which devices cannot fault do not fit", mebibytes(need.pinned)));
  }
  if (guests_fault(spec.iommu)) return problems;  // frames come when they are needed
  if (need.at_once > frames) {
    add("host.memory",
        fmt::format("{} of {} MiB do not fit into {} MiB",
                    need.pins_all ? "strategy pin: address spaces" : "populated address spaces",
                    mebibytes(need.at_once), mebibytes(frames)));
  }
  if (most && need.at_once > size.pages_in(*most)) {
    add("host.memory_cgroup.max",
        fmt::format("{} MiB that are pinned or populated at once do not fit",
                    mebibytes(need.at_once)));
  }
  return problems;
}

}  // namespace faultpath::models
