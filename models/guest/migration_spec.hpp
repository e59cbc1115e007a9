// What a scenario says about the migration of a guest to this host while it runs.
#pragma once

#include <cstdint>

#include "models/strategy/pages_spec.hpp"
#include "models/strategy/snoop_spec.hpp"
#include "sim/distribution.hpp"
#include "sim/time.hpp"

namespace faultpath::models {

enum class MigrationKind : std::uint8_t {
  post_copy  ///< the guest runs here before its memory has come
};

/// What devices of the guest do before all of its memory has come.
enum class MigrationPolicy : std::uint8_t {
  pin_all,           ///< they wait for all of it, which is pinned
  fault_on_demand,   ///< they fault on a page that is not here, and it is fetched
  preinstall_rings,  ///< the same, but some pages are sent before they go on
  snoop              ///< software looks at each operation, and fetches what is not here
};

/// The software check of an operation; figures of strategy snoop.
struct MigrationCheckSpec {
  sim::Duration hit = SnoopSpec{}.hit;            ///< all is here; at least `presence`
  sim::Duration miss = SnoopSpec{}.miss;          ///< without fetching it; at least `presence`
  sim::Duration presence = SnoopSpec{}.presence;  ///< of these, the look for one page
  bool operator==(const MigrationCheckSpec&) const = default;
};

/// The guest stops, its state is sent, and it goes on here, with all of its memory at the source.
/// Pages that are touched are asked for; streams push the others meanwhile.
struct MigrationSpec {
  MigrationKind kind = MigrationKind::post_copy;
  MigrationPolicy policy = MigrationPolicy::fault_on_demand;
  sim::Duration at{};         ///< when the guest stops, from the start of the devices
  double bandwidth = 12.5e9;  ///< of the network, bytes/s; transfers share it evenly (100 Gbit/s)
  sim::Duration latency = sim::microseconds(10);  ///< of the network, one way (assumed)
  std::uint64_t state = 16ULL << 20;  ///< bytes of devices and virtual CPUs, sent first (assumed)
  /// Until the guest runs here, with its state. Source: M3U, OSDI 2026: 121 to 169 ms.
  sim::Duration start = sim::milliseconds(145);
  PagesSpec rings;  ///< preinstall_rings: of each address space, with the tables on their way
  std::uint32_t push_streams = 1;  ///< 0: pages come when they are asked for alone (M3U: 6 to 8)
  std::uint64_t push_chunk = 2ULL << 20;  ///< bytes that a stream sends at a time (M3U)
  /// A touch of a page that is not here, before the VMM knows: an exit of the virtual CPU
  /// (assumed), and the message to the VMM's thread. With `install` 7.8 to 10.2 us (userfaultfd,
  /// 2016).
  sim::DistributionSpec exit = sim::ConstantSpec{sim::microseconds(1)};
  sim::DistributionSpec notify = sim::ConstantSpec{sim::microseconds(5)};
  sim::DistributionSpec serve = sim::ConstantSpec{sim::microseconds(2)};  ///< source (assumed)
  sim::DistributionSpec install = sim::ConstantSpec{sim::microseconds(3)};
  /// First touches of each virtual CPU in a second, of pages that are anywhere (assumed).
  double touches = 10'000;
  MigrationCheckSpec check;  ///< snoop
};

}  // namespace faultpath::models
