// Systems with a device that walks the page table of a process with declared areas.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "tests/models/support.hpp"

namespace faultpath::models {

constexpr std::int64_t bytes_of(std::uint64_t pages) {
  return static_cast<std::int64_t>(pages * kPageBytes);
}

inline AreaSpec area_of(std::uint64_t pages, Backing kind = Backing::anonymous) {
  AreaSpec area;
  area.name = "area";
  area.kind = kind;
  area.size = pages * kPageBytes;
  return area;
}

/// Under sva, one operation of a page at a time.
inline SystemSpec with_areas(std::vector<AreaSpec> areas) {
  SystemSpec spec = small_system();
  spec.strategy = {"sva", SvaSpec{}};
  spec.processes.resize(1);
  spec.processes[0].name = "app";
  spec.processes[0].areas = std::move(areas);
  spec.devices[0].process = "app";
  return spec;
}

struct PageAccess {
  std::uint64_t page;
  bool write = false;
};

/// The device makes these accesses, one after the other.
inline void access_in_turn(SystemSpec& spec, const std::vector<PageAccess>& accesses) {
  auto trace = std::make_shared<TraceData>();
  for (const PageAccess& access : accesses) {
    const Operation operation{start_of(IovaPage{access.page}), kPageBytes, access.write};
    trace->entries.push_back({operation, sim::Time{}, 0, 0});
  }
  replay(spec, std::move(trace));
}

/// Pages 0 to `pages` - 1 in order, over and over.
inline void access_in_rounds(SystemSpec& spec, std::uint64_t pages, unsigned rounds, double reads) {
  spec.devices[0].workload.footprint = pages * kPageBytes;
  spec.devices[0].workload.reads = reads;
  spec.run.stop.operations = pages * rounds;
}

}  // namespace faultpath::models
