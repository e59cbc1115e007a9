// What follows for a run from how guests behave, and from the limits of their VMMs.
#pragma once

#include <cstdint>
#include <string>

#include "models/assembly/system_spec.hpp"
#include "sim/time.hpp"

namespace faultpath::models {

/// Page requests that devices of one instance of the guest have outstanding at most.
std::uint64_t most_requests_of(const SystemSpec& spec, const GuestMachineSpec& guest);
/// Devices of one instance of the guest at most.
std::uint64_t most_devices_of(const SystemSpec& spec, const GuestMachineSpec& guest);
/// Some group of it may be larger than the buffer of its VMM.
bool may_be_oversized(const SystemSpec& spec, const GuestMachineSpec& guest);

/// It may leave groups without an answer of their own.
bool withholds_answers(const GuestMachineSpec& guest);

/// Some groups of guests may never be answered: lost by a virtual queue, left at the head of a
/// fault file, or not answered properly.
bool guests_may_lose(const SystemSpec& spec);
/// In words, which keys say so and what helps. Requires guests_may_lose().
std::string why_guests_lose(const SystemSpec& spec);
/// VMMs, or the host when a guest detaches, may answer Invalid in the place of guests.
bool answers_for_guests(const SystemSpec& spec);
/// Some guest is broken, or means harm.
bool guests_misbehave(const SystemSpec& spec);
/// So long may limits, or a PASID that is away, keep everything waiting.
sim::Duration longest_wait_for_guests(const SystemSpec& spec);

}  // namespace faultpath::models
