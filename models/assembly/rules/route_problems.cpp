// Whether a route finds the table of a fault.
#include "models/assembly/rules/route_problems.hpp"

#include <fmt/format.h>

#include "models/strategy/strategy_traits.hpp"

namespace faultpath::models {

namespace {

// Requests without a PASID would be nobody's.
std::vector<SpecProblem> pasid_problems(const SystemSpec& spec) {
  std::vector<SpecProblem> problems;
  for (std::size_t i = 0; i < spec.devices.size(); ++i) {
    const AttachedDeviceSpec& device = spec.devices[i];
    const StrategyTraits traits = traits_of(device.strategy.value_or(spec.strategy));
    if (!device.own_contexts.empty() || traits.binds_pasid || traits.pins_all) continue;
    problems.push_back(
        {"route", fmt::format("per_pasid has handlers for PASIDs, and the requests of devices[{}] "
                              "carry none: use strategy sva, or a list of contexts",
                              i)});
  }
  return problems;
}

}  // namespace

std::vector<SpecProblem> route_problems(const SystemSpec& spec) {
  std::vector<SpecProblem> problems;
  if (spec.route == FaultRoute::per_pasid) return pasid_problems(spec);
  if (spec.route != FaultRoute::per_device) return problems;
  for (std::size_t i = 0; i < spec.devices.size(); ++i) {
    const std::size_t tables = spec.devices[i].own_contexts.size();
    if (tables <= 1) continue;
    problems.push_back(
        {"route",
         fmt::format("per_device has one handler for each device, and the {} contexts of "
                     "devices[{}] have I/O page tables of their own; per_page_table (Linux "
                     "6.7 and later) tells them apart",
                     tables, i)});
  }
  return problems;
}

}  // namespace faultpath::models
