// What the tests of the models share: systems whose every cost is a constant, and traces.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <utility>
#include <vector>

#include "models/assembly/system_spec.hpp"
#include "models/base/address.hpp"
#include "models/base/messages.hpp"
#include "sim/simulation.hpp"

namespace faultpath::models {

/// A simulation without SimGrid: for what needs no disk.
inline sim::SimulationSpec bare(std::uint64_t seed = 1) {
  sim::SimulationSpec spec;
  spec.seed = seed;
  spec.loop = sim::MainLoop::bare;
  return spec;
}

constexpr sim::Time at_ns(std::int64_t n) { return sim::Time{sim::nanoseconds(n)}; }
constexpr sim::Time at_ps(std::int64_t n) { return sim::Time{sim::picoseconds(n)}; }

/// A device, or several alike, that stands there in a topology.
inline DeviceSpec device_at(const DevicePlace& place) {
  DeviceSpec device;
  device.name = "at_" + place.attach.value_or("rc");
  device.attach = place.attach;
  device.count = place.count;
  device.link = place.link;
  return device;
}

inline sim::DistributionSpec constant(sim::Duration value) { return sim::ConstantSpec{value}; }

/// One device that touches 64 pages in order, one operation at a time, under iopf. No cost is
/// random: the only log-normal default becomes a constant.
inline SystemSpec small_system() {
  SystemSpec spec;
  spec.host.memory = 64 * kMiB;
  spec.host.page_fault.minor = constant(sim::nanoseconds(750));
  DeviceSpec device;
  device.workload.kind = SequentialSpec{};
  device.workload.footprint = 64 * kPageBytes;
  device.workload.queue_depth = 1;
  spec.devices = {device};
  spec.traces.resize(1);
  spec.strategy = {"iopf", IopfSpec{}};
  spec.run.stop.operations = 64;
  return spec;
}

/// The trace of whole pages, read in this order.
inline Trace trace_of_pages(std::initializer_list<std::uint64_t> pages) {
  auto trace = std::make_shared<TraceData>();
  for (const std::uint64_t page : pages) {
    const Operation operation{start_of(IovaPage{page}), kPageBytes, false};
    trace->entries.push_back({operation, sim::Time{}, 0, 0});
  }
  return trace;
}

/// Lets the first device replay `trace` to its end.
inline void replay(SystemSpec& spec, Trace trace) {
  spec.devices[0].workload.kind = TraceSpec{};
  spec.traces[0] = std::move(trace);
  spec.run.stop = {};
}

/// A page request of device 0 for reading.
inline PageRequest page_request(std::uint64_t page, std::uint16_t index, bool last = true) {
  PageRequest request;
  request.page = IovaPage{page};
  request.index = PrgIndex{index};
  request.read = true;
  request.last = last;
  request.counted = true;
  return request;
}

/// Last, and neither read nor write (PCIe 10.4.1.2.1).
inline PageRequest stop_marker() {
  PageRequest marker = page_request(0, 0);
  marker.read = false;
  marker.pasid = Pasid{1};
  return marker;
}

}  // namespace faultpath::models
