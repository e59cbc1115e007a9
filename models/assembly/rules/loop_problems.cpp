// The time that an operation takes at least: on its links, and in the IOMMU without an ATC.
#include "models/assembly/rules/loop_problems.hpp"

#include <fmt/format.h>

#include <optional>

#include "models/assembly/device_places.hpp"
#include "models/assembly/iommu_kinds.hpp"
#include "models/assembly/operation_sizes.hpp"
#include "models/fabric/ways.hpp"
#include "sim/distribution.hpp"

namespace faultpath::models {
namespace {

/// The whole way of a device to the IOMMU.
struct WayOfData {
  sim::Duration latency;
  double bandwidth;  // of the slowest link
};

// Data, and without an ATC the request for its translation, which hits in the IOTLB.
bool takes_no_time(const SystemSpec& spec, const DeviceSpec& device, const WayOfData& way,
                   std::uint64_t bytes) {
  const sim::Duration none{};
  if (way.latency > none || sim::transfer_time(bytes, way.bandwidth) > none) return false;
  const bool translates = device.ats.enabled && !info_of(spec.iommu.kind).stalls;
  if (translates) return true;
  return sim::transfer_time(kMessageBytes, way.bandwidth) == none &&
         sim::mean_of(spec.iommu.lookup) == none;
}

}  // namespace

std::vector<SpecProblem> loop_problems(const SystemSpec& spec) {
  std::vector<SpecProblem> problems;
  std::optional<Ways> ways;
  if (spec.topology) ways = ways_of(*spec.topology, places_of(spec));
  for (std::size_t i = 0; i < spec.devices.size(); ++i) {
    const DeviceSpec& device = spec.devices[i];
    if (!device.workload.queue_depth) continue;
    WayOfData way{device.link.latency, device.link.bandwidth};
    if (ways) way = {ways->devices[i].latency, ways->devices[i].bandwidth};
    const std::uint64_t bytes = operation_sizes(device, spec.traces[i]).smallest;
    if (!takes_no_time(spec, device, way, bytes)) continue;
    problems.push_back(
        {fmt::format("devices[{}].link", i),
         fmt::format(
             "an operation of {} bytes takes no time, so a queue_depth would keep the device "
             "at one moment for ever: give the link a latency or a lower bandwidth, or the "
             "workload a rate",
             bytes)});
  }
  return problems;
}

}  // namespace faultpath::models
