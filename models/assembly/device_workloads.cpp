// One workload for each context.
#include "models/assembly/device_workloads.hpp"

#include <fmt/format.h>

#include <variant>

namespace faultpath::models {

std::string path_of(const DeviceSpec& spec, std::uint32_t instance) {
  return fmt::format("devices/{}.{}", spec.name, instance);
}

IssueSchedule::Workloads workloads_of(
    const DeviceSpec& spec, const Trace& trace, std::uint32_t instance,
    const std::function<sim::RandomStream(const std::string&, const char*)>& stream,
    const std::function<Iova(std::uint32_t)>& start_of_context) {
  std::vector<std::shared_ptr<TraceCursor>> cursors(spec.contexts);
  if (const auto* const replayed = std::get_if<TraceSpec>(&spec.workload.kind)) {
    cursors = make_cursors(trace, instance, spec.contexts, replayed->repeat);
  }
  const std::string path = path_of(spec, instance);
  IssueSchedule::Workloads workloads;
  for (std::uint32_t context = 0; context < spec.contexts; ++context) {
    workloads.push_back(make_workload(
        {spec.workload, start_of_context(context),
         stream(fmt::format("{}/context.{}", path, context), "workload"), cursors[context]}));
  }
  return workloads;
}

}  // namespace faultpath::models
