// Translation units against the sizes of pages, and those of functions that share them.
#include "models/assembly/rules/ats_problems.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <optional>
#include <string>

#include "models/assembly/iommu_kinds.hpp"
#include "models/base/address.hpp"
#include "models/strategy/strategy_traits.hpp"

namespace faultpath::models {
namespace {

constexpr unsigned kHugestPageBits = 30;  // 1 GiB

unsigned smallest_page_bits(const Plan& plan, const Plan::Table& table) {
  const bool pinned = traits_of(*table.strategy).pins_all;
  const BackingSpec& memory = plan.processes[table.process].memory;
  return pinned && memory.huge_pages ? memory.huge_page_bits : plan.page_size.bits();
}

// Of all the tables by which the device translates.
unsigned smallest_page_bits(const SystemSpec& spec, const Plan& plan, std::size_t index) {
  unsigned first = kHugestPageBits;
  for (const std::size_t table : plan.devices[index].tables) {
    first = std::min(first, smallest_page_bits(plan, plan.tables[table]));
  }
  const bool nested = spec.iommu.levels.stage2 > 0;
  return nested ? std::min<unsigned>(first, spec.iommu.second_stage.leaf_bits) : first;
}

const DeviceSpec* physical_function_of(const SystemSpec& spec, const DeviceSpec& device) {
  const auto named = [&](const DeviceSpec& d) { return d.name == device.virtual_function_of; };
  const auto found = std::ranges::find_if(spec.devices, named);
  return device.virtual_function_of && found != spec.devices.end() ? &*found : nullptr;
}

// Software sets the unit to the smallest page that it maps, or smaller (PCIe 10.5.1).
std::optional<std::string> problem_of_unit(const SystemSpec& spec, const Plan& plan,
                                           std::size_t index) {
  const DeviceSpec& device = spec.devices[index];
  const std::uint64_t unit = device.ats.stu;
  if (!std::has_single_bit(unit) || unit > kGiB || unit < kPageBytes) {
    return fmt::format("{} is not a power of two from 4KiB to 1GiB", unit);
  }
  const unsigned smallest = smallest_page_bits(spec, plan, index);
  if (static_cast<unsigned>(std::countr_zero(unit)) > smallest) {
    return fmt::format(
        "pages of {} KiB are mapped: larger ones need strategy pin, "
        "memory.huge_pages and, with two stages, second_stage.leaf",
        (1ULL << smallest) / kKiB);
  }
  const DeviceSpec* const physical = physical_function_of(spec, device);
  if (physical != nullptr && physical->ats.stu != unit) {
    return fmt::format("must be that of its physical function '{}'", physical->name);
  }
  return std::nullopt;
}

// Accesses that stall are translated on their way.
bool says_what_stalls_lack(const SystemSpec& spec, const AtsSpec& ats) {
  const AtsSpec standard;
  const bool said = ats.stu != standard.stu ||
                    ats.translations_per_request != standard.translations_per_request ||
                    ats.invalidate_queue_depth != standard.invalidate_queue_depth;
  return said && info_of(spec.iommu.kind).stalls;
}

}  // namespace

std::vector<SpecProblem> ats_problems(const SystemSpec& spec, const Plan& plan) {
  std::vector<SpecProblem> problems;
  for (std::size_t i = 0; i < spec.devices.size(); ++i) {
    if (says_what_stalls_lack(spec, spec.devices[i].ats)) {
      problems.push_back(
          {fmt::format("devices[{}].ats", i), "accesses stall in an smmu_stall: there is no ATS"});
      continue;
    }
    const auto message = problem_of_unit(spec, plan, i);
    if (message) problems.push_back({fmt::format("devices[{}].ats.stu", i), *message});
  }
  return problems;
}

}  // namespace faultpath::models
