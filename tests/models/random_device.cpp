// Drawing devices, their reactions, workloads and traces.
#include "tests/models/random_device.hpp"

#include <algorithm>
#include <memory>

namespace faultpath::models {
namespace {

void draw_reaction(RandomValues& values, DeviceSpec& device) {
  device.ats.enabled = values.chance(0.9);
  device.observed = values.chance(0.9);
  while (values.chance(0.2)) {
    device.nonfaultable.push_back({values.between(0, 10) * 2000, values.between(1, 9) * 1000});
  }
  if (values.chance(0.5)) return;
  const DropSpec drop{sim::nanoseconds(static_cast<std::int64_t>(values.between(1, 40'000))),
                      values.small(0, 9)};
  const BackupRingSpec ring{values.small(1, 24), values.cost(3000), values.one_of({1e9, 10e9}),
                            drop};
  device.on_fault = values.one_of<OnFault>({drop, drop, ring, ring, AbortSpec{}});
}
void draw_workload(RandomValues& values, WorkloadSpec& workload) {
  const StrideSpec stride{values.between(1, 8) * kPageBytes};
  const PhasesSpec phases{
      {{PhasePattern::zipf, 0, 40 * kPageBytes, values.between(1, 100)},
       {PhasePattern::sequential, 20 * kPageBytes, 60 * kPageBytes, values.between(1, 100)}}};
  const BufferRingSpec ring{values.between(1, 64)};
  workload.kind = values.one_of<WorkloadKind>(
      {SequentialSpec{}, UniformSpec{}, ZipfSpec{}, stride, phases, ring});
  workload.operation = values.one_of({512ULL, 4096ULL, 6144ULL, 16'384ULL});
  workload.footprint = values.between(16, 200) * kPageBytes;
  workload.reads = values.one_of({0.0, 0.5, 1.0});
  if (values.chance(0.75)) {
    workload.queue_depth = values.small(1, 24);
  } else {
    workload.rate = static_cast<double>(values.between(50'000, 2'000'000));
  }
}

}  // namespace

DeviceSpec random_device(RandomValues& values, std::uint64_t index) {
  DeviceSpec device;
  device.name = index == 0 ? "a" : "b";
  device.count = values.small(1, 3);
  device.contexts = values.chance(0.3) ? values.small(2, 3) : 1;
  device.link = {sim::nanoseconds(static_cast<std::int64_t>(values.between(1, 400))),
                 values.one_of({1e9, 4.096e9, 16e9, 28e9})};
  device.ats.ways = values.one_of({1U, 2U, 4U});
  device.ats.entries = device.ats.ways * values.small(1, 16);
  device.ats.invalidation = values.cost(100);
  device.pri.allocation = values.small(1, 24);
  device.pri.group = values.small(1, std::min<std::uint32_t>(device.pri.allocation, 6));
  device.pri.retry_delay = values.cost(values.chance(0.5) ? 0 : 500);
  device.pri.response_pasid_required = values.chance(0.3);
  if (values.chance(0.3))
    device.pri.back_off = {sim::nanoseconds(700), 1.5, sim::nanoseconds(20'000)};
  draw_reaction(values, device);
  device.reports_access = values.chance(0.5);
  device.memory.kind =
      values.one_of({Backing::written, Backing::anonymous, Backing::file, Backing::shared});
  device.memory.populated = values.chance(0.25);
  draw_workload(values, device.workload);
  return device;
}

Trace random_trace(RandomValues& values, DeviceSpec& device) {
  auto trace = std::make_shared<TraceData>();
  const std::uint64_t entries = values.between(1, 400);
  const std::uint64_t footprint = device.workload.footprint;
  const bool names_device = values.chance(0.3), names_pasid = values.chance(0.3);
  trace->timed = values.chance(0.3) && (device.contexts == 1 || names_pasid);
  sim::Time at{};
  for (std::uint64_t i = 0; i < entries; ++i) {
    const auto bytes = values.small(1, values.one_of({64U, 5000U, 20'000U}));
    at += sim::nanoseconds(static_cast<std::int64_t>(values.between(0, 2000)));
    trace->entries.push_back({{Iova{values.between(0, footprint)}, bytes, values.chance(0.5)},
                              at,
                              names_device ? values.small(0, device.count - 1) : 0,
                              names_pasid ? values.small(0, device.contexts - 1) : 0});
  }
  device.workload.operation = 20'000;  // the largest
  device.workload.kind = TraceSpec{.repeat = !trace->timed && values.chance(0.5)};
  if (trace->timed) device.workload.queue_depth.reset();
  if (trace->timed) device.workload.rate.reset();
  return trace;
}

}  // namespace faultpath::models
