// The highest address of each device against the input range.
#include "models/assembly/rules/address_problems.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "models/assembly/reach.hpp"
#include "models/iommu/input_range.hpp"
#include "models/strategy/strategy_traits.hpp"

namespace faultpath::models {
namespace {

// The first access that is not wholly inside, and the first address of it that is not.
std::string first_beyond(const TraceData& trace, const InputRange& range, IommuKind kind) {
  for (std::size_t i = 0; i < trace.entries.size(); ++i) {
    const Operation& operation = trace.entries[i].operation;
    const std::uint64_t last = operation.address.value + (operation.bytes - 1);
    if (last <= range.last()) continue;
    const std::uint64_t address = std::max(operation.address.value, range.last() + 1);
    return fmt::format("{}:{}: address {:#x} {}", trace.file, TraceData::line_of(i), address,
                       why_beyond(range, kind, address));
  }
  return {};
}

}  // namespace

std::vector<SpecProblem> address_problems(const SystemSpec& spec, const Plan& plan) {
  std::vector<SpecProblem> problems;
  for (std::size_t i = 0; i < spec.devices.size(); ++i) {
    const bool second = plan.tables[plan.devices[i].tables.front()].second_stage;
    const InputRange range = second
                                 ? second_stage_range(spec.iommu)
                                 : input_range(spec.iommu, plan.devices[i].pasids, plan.page_size);
    const LevelsSpec& levels = spec.iommu.levels;
    const std::uint64_t last = reach_of(spec.devices[i], spec.traces[i], plan.page_size).last();
    if (last <= page_of(Iova{range.last()}, plan.page_size).value) continue;
    const std::string path = fmt::format("devices[{}].workload", i);
    if (const Trace& trace = spec.traces[i]) {
      problems.push_back({path + ".file", first_beyond(*trace, range, spec.iommu.kind)});
      continue;
    }
    const std::uint64_t address = range.last() + 1;
    problems.push_back({path, fmt::format("reaches address {:#x}, which {}, with {} levels",
                                          address, why_beyond(range, spec.iommu.kind, address),
                                          second ? levels.stage2 : levels.stage1)});
  }
  return problems;
}

}  // namespace faultpath::models
