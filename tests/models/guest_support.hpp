// What tests of guests share: systems with a guest whose every cost is a constant.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "models/assembly/rules/guest_problems.hpp"
#include "models/assembly/run.hpp"
#include "tests/models/blamed.hpp"
#include "tests/models/forked_run.hpp"
#include "tests/models/support.hpp"

namespace faultpath::models {

/// The device of small_system() in a guest: sva of a process of the guest, one virtual CPU.
inline SystemSpec small_guest() {
  SystemSpec spec = small_system();
  spec.host.memory = kGiB;
  GuestMachineSpec guest;
  guest.name = "vm";
  guest.memory = 64 * kMiB;
  guest.vcpus.idle = IdleLoop::spin;
  guest.page_fault.minor = constant(sim::nanoseconds(750));
  guest.processes.emplace_back().name = "app";
  spec.guests = {guest};
  spec.devices[0].guest = "vm";
  spec.devices[0].process = "app";
  spec.strategy = {"sva", SvaSpec{}};
  return with_second_stage(spec);
}

/// The same behind this virtual IOMMU, and behind the host's that it needs.
inline SystemSpec guest_behind(const VirtualIommuSpec& viommu) {
  SystemSpec spec = small_guest();
  spec.iommu.kind = host_kind_of(viommu).value_or(IommuKind::vtd);
  spec.guests[0].viommu = viommu;
  return spec;
}

/// What the rules blame after a change of small_guest().
inline std::vector<std::string> blamed_after(const std::function<void(SystemSpec&)>& change) {
  SystemSpec spec = small_guest();
  change(spec);
  return blamed(spec);
}

}  // namespace faultpath::models
