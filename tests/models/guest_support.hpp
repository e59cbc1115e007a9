// What tests of guests share: systems with a guest whose every cost is a constant.
#pragma once

#include <string_view>

#include "models/assembly/rules/guest_problems.hpp"
#include "models/assembly/run.hpp"
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

}  // namespace faultpath::models
