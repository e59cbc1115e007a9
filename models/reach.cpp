// What addresses a workload can emit.
#include "models/reach.hpp"

#include <algorithm>

namespace faultpath::models {
namespace {

std::uint64_t pages_for(std::uint64_t bytes) { return (bytes + kPageBytes - 1) / kPageBytes; }

Reach reach_of_trace(const TraceData& trace) {
  if (trace.entries.empty()) return {};
  IovaPage low{~0ULL}, high{0};
  for (const TraceEntry& entry : trace.entries) {
    const Operation& operation = entry.operation;
    low = std::min(low, page_of(operation.address));
    high = std::max(high, page_of(Iova{operation.address.value + operation.bytes - 1}));
  }
  return {low, high.value - low.value + 1};
}

Reach addresses_of(const DeviceSpec& spec, const Trace& trace) {
  const WorkloadSpec& workload = spec.workload;
  std::uint64_t bytes = std::max(workload.footprint, workload.operation);
  if (workload.kind == WorkloadKind::trace) return reach_of_trace(*trace);
  if (workload.kind == WorkloadKind::ring) {
    bytes = std::min(bytes, workload.buffers * workload.operation);
  }
  if (workload.kind == WorkloadKind::phases) {
    bytes = 0;
    for (const PhaseSpec& phase : workload.phases) {
      bytes = std::max(bytes, phase.offset + std::max(phase.footprint, workload.operation));
    }
  }
  return {IovaPage{0}, pages_for(bytes)};
}

}  // namespace

std::vector<PageRange> nonfaultable_of(const DeviceSpec& spec, IovaPage first) {
  std::vector<PageRange> ranges;
  for (const NonfaultableSpec& range : spec.nonfaultable) {
    const std::uint64_t begin = range.offset / kPageBytes;
    ranges.push_back({first + begin, pages_for(range.offset + range.length) - begin});
  }
  return ranges;
}

Reach reach_of(const DeviceSpec& spec, const Trace& trace) {
  const Reach reach = addresses_of(spec, trace);
  const std::uint64_t unit = spec.ats.stu / kPageBytes;
  const std::uint64_t begin = reach.first.value / unit * unit;
  const std::uint64_t end = (reach.first.value + reach.pages + unit - 1) / unit * unit;
  return {IovaPage{begin}, end - begin};
}

}  // namespace faultpath::models
