// What addresses workloads can reach.
#include "models/assembly/reach.hpp"

#include <algorithm>
#include <utility>
#include <variant>

namespace faultpath::models {
namespace {

Runs addresses_of(const DeviceSpec& spec, const Trace& trace, PageSize size) {
  const WorkloadSpec& workload = spec.workload;
  std::uint64_t bytes = std::max(workload.footprint, workload.operation);
  if (std::holds_alternative<TraceSpec>(workload.kind)) return trace->pages(size);
  if (const auto* const ring = std::get_if<BufferRingSpec>(&workload.kind)) {
    bytes = std::min(bytes, ring->buffers * workload.operation);
  }
  if (const auto* const phases = std::get_if<PhasesSpec>(&workload.kind)) {
    bytes = 0;
    for (const PhaseSpec& phase : phases->phases) {
      bytes = std::max(bytes, phase.offset + std::max(phase.footprint, workload.operation));
    }
  }
  return {0, size.pages_for(bytes)};
}

}  // namespace

Runs reach_of(const DeviceSpec& spec, const Trace& trace, PageSize size) {
  const Runs addresses = addresses_of(spec, trace, size);
  const std::uint64_t unit = size.pages_in(spec.ats.stu);
  if (unit <= 1) return addresses;
  std::vector<Runs::Run> units;
  for (const Runs::Run& run : addresses.list()) {
    const std::uint64_t begin = run.first / unit * unit;
    const std::uint64_t end = (run.first + run.count + unit - 1) / unit * unit;
    units.push_back({begin, end - begin});
  }
  return Runs(std::move(units));
}

std::vector<PageRange> nonfaultable_of(const std::vector<NonfaultableSpec>& ranges,
                                       const Runs& reach, PageSize size) {
  std::vector<PageRange> pages_there;
  for (const NonfaultableSpec& range : ranges) {
    const std::uint64_t begin = size.pages_in(range.offset);
    const std::uint64_t pages = size.pages_for(range.offset + range.length) - begin;
    for (const Runs::Run& part : reach.within(reach.first() + begin, pages)) {
      pages_there.push_back({IovaPage{part.first}, part.count});
    }
  }
  return pages_there;
}

}  // namespace faultpath::models
