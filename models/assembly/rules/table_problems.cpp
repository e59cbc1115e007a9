// Second stages on demand, and accessed and dirty bits, against kind and strategy.
#include "models/assembly/rules/table_problems.hpp"

#include "models/assembly/guests_fault.hpp"
#include "models/assembly/iommu_kinds.hpp"
#include "models/base/address.hpp"
#include "models/strategy/strategy_traits.hpp"

namespace faultpath::models {
namespace {

// Some device walks the table of a process.
bool is_of_a_process(const Plan& plan) {
  return std::ranges::any_of(
      plan.tables, [](const Plan::Table& table) { return traits_of(*table.strategy).binds_pasid; });
}
bool some_table_pins(const Plan& plan) {
  return std::ranges::any_of(plan.tables, [](const Plan::Table& table) {
    const StrategyTraits traits = traits_of(*table.strategy);
    return traits.pins || !traits.pinned.empty();
  });
}

// A fault file does not pass on which stage a stall has missed.
bool has_fault_files(const SystemSpec& spec) {
  return spec.route.user() != nullptr && spec.route != FaultRoute::container;
}

void check_second_stage(const SystemSpec& spec, const Plan& plan,
                        std::vector<SpecProblem>& problems) {
  const SecondStageSpec& second = spec.iommu.second_stage;
  const std::string path = "iommu.second_stage.";
  if (second.leaf_bits == 30) {
    problems.push_back({path + "leaf", "1GiB is for pinned memory: on demand come 4KiB or 2MiB"});
  }
  if (some_table_pins(plan)) {
    problems.push_back(
        {path + "backing", "on_demand contradicts a strategy that pins: use iopf or sva"});
  }
  if (second.grant == GuestGrant::as_asked && second.leaf_bits != kPageBits) {
    problems.push_back({path + "grant", "as_asked is for leaves of 4KiB"});
  }
  const bool stalls = info_of(spec.iommu.kind).stalls;
  if (second.misses_go_to == MissRoute::guest && stalls && !has_fault_files(spec)) {
    problems.push_back(
        {path + "misses_go_to",
         "a stall record says that the second stage is missing, and goes to the host"});
  }
}

void check_access_dirty(const SystemSpec& spec, const Plan& plan,
                        std::vector<SpecProblem>& problems) {
  const AccessDirtySpec& bits = spec.iommu.access_dirty;
  if (bits.dirty == DirtyUpdate::software && !is_of_a_process(plan)) {
    problems.push_back(
        {"iommu.access_dirty.dirty", "only strategy sva keeps dirty bits in the first stage"});
  }
  const auto* const constant = std::get_if<sim::ConstantSpec>(&bits.update);
  const bool free = constant != nullptr && constant->value == sim::Duration::zero();
  if (!free && !is_of_a_process(plan) && !guests_fault(spec.iommu)) {
    problems.push_back(
        {"iommu.access_dirty.update",
         "no table keeps accessed bits: use strategy sva, or a second stage on_demand"});
  }
}

}  // namespace

std::vector<SpecProblem> table_problems(const SystemSpec& spec, const Plan& plan) {
  std::vector<SpecProblem> problems;
  if (guests_fault(spec.iommu)) check_second_stage(spec, plan, problems);
  check_access_dirty(spec, plan, problems);
  return problems;
}

}  // namespace faultpath::models
