// Whether a route finds the table of a fault.
#include "models/assembly/rules/route_problems.hpp"

#include <fmt/format.h>

namespace faultpath::models {

std::vector<SpecProblem> route_problems(const SystemSpec& spec) {
  std::vector<SpecProblem> problems;
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
