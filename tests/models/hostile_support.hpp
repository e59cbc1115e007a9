// What tests of broken guests share: one that faults without end, with a behaviour and limits.
#pragma once

#include "models/guest/behaviour_spec.hpp"
#include "tests/models/guest_support.hpp"

namespace faultpath::models {

inline constexpr std::uint32_t kCredits = 8;  // of its device

/// A guest whose device touches a new page with each operation for half a millisecond, eight at a
/// time; all costs are constants.
inline SystemSpec hostile_guest(const GuestBehaviourSpec& behaviour,
                                const GuestLimitsSpec& limits = {}) {
  SystemSpec spec = small_guest();
  spec.devices[0].workload.footprint = 32 * kMiB;
  spec.devices[0].workload.queue_depth = kCredits;
  spec.devices[0].pri.allocation = kCredits;
  spec.guests[0].behaviour = behaviour;
  spec.guests[0].vmm.limits = limits;
  spec.run.stop.operations = {};
  spec.run.stop.duration = sim::microseconds(500);
  return spec;
}

/// Runs it. Aborts, besides, if the devices' credits and groups, or what the VMM keeps of groups,
/// are not all accounted for.
inline Seen settled(const SystemSpec& spec) {
  const Seen seen = run(spec);
  const Counters& c = seen.counters;
  EXPECT_EQ(c.page_requests, ended_requests(c));
  EXPECT_GE(c.page_request_groups, c.responses_success + c.responses_invalid);
  EXPECT_LE(c.page_request_groups,
            c.responses_success + c.responses_invalid + c.requests_unanswered);
  EXPECT_EQ(c.responses_failure, 0U);
  return seen;
}

inline GuestLimitsSpec with_timeout(sim::Duration after) {
  GuestLimitsSpec limits;
  limits.timeout = after;
  return limits;
}

}  // namespace faultpath::models
