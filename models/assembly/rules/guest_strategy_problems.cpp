// Strategies that fault with a PASID, and those that make every page present before its use.
#include "models/assembly/rules/guest_strategy_problems.hpp"

#include <fmt/format.h>

#include <variant>

#include "models/strategy/strategy_traits.hpp"

namespace faultpath::models {
namespace {

constexpr const char* kNoExit =
    "has no effect in a guest: vmm.costs.exit and .access have its time";

// What has no effect, or is not modelled.
void check_keys(const StrategySpec& strategy, const std::string& path,
                std::vector<SpecProblem>& problems) {
  const auto* const map = std::get_if<ViommuMapSpec>(&strategy.kind);
  if (map != nullptr && map->exit != ViommuMapSpec{}.exit) {
    problems.push_back({path + ".exit", kNoExit});
  }
  const auto* const coiommu = std::get_if<CoiommuSpec>(&strategy.kind);
  if (coiommu == nullptr) return;
  if (coiommu->exit != CoiommuSpec{}.exit) problems.push_back({path + ".exit", kNoExit});
  if (coiommu->unpin != CoiommuSpec::Unpin::never) {
    problems.push_back({path + ".unpin", "is not modelled in guests: never, as in crosvm"});
  }
}

}  // namespace

std::vector<SpecProblem> guest_strategy_problems(const StrategySpec& strategy,
                                                 const std::string& path,
                                                 const GuestMachineSpec& guest) {
  const StrategyTraits traits = traits_of(strategy);
  if (std::holds_alternative<NoIommuSpec>(guest.viommu)) return {};
  if (std::holds_alternative<VirtioMapSpec>(guest.viommu) &&
      !std::holds_alternative<ViommuMapSpec>(strategy.kind)) {
    return {
        {path, fmt::format("virtio_map in guest '{}' reports faults and recovers from none: use "
                           "viommu_map, or another viommu.kind",
                           guest.name)}};
  }
  if (traits.binds_pasid) return {};
  if (!traits.acts_around_dma || std::holds_alternative<SnoopSpec>(strategy.kind)) {
    return {{path, fmt::format("a page request without PASID cannot get into guest '{}': use sva, "
                               "or viommu_map or coiommu, which make none",
                               guest.name)}};
  }
  std::vector<SpecProblem> problems;
  if (std::holds_alternative<EmulatedSmmuSpec>(guest.viommu)) {
    problems.push_back({path,
                        "is not modelled behind emulated_smmu: without a caching mode the VMM does "
                        "not see what the guest maps: use sva"});
  }
  if (guest.migration || !traits_of(guest.backing).pins_all) {
    problems.push_back(
        {path,
         "makes no page requests, which guests[].migration and guests[].backing on demand "
         "need: use sva"});
  }
  check_keys(strategy, path, problems);
  return problems;
}

}  // namespace faultpath::models
