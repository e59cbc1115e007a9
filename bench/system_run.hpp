// Runs one system of models and prints what it cost as a line of JSON.
#pragma once

#include <cstdint>
#include <functional>

#include "models/assembly/run.hpp"

namespace faultpath::bench {

/// What a system has done so far, of that which is timed: operations or faults.
using Count = std::uint64_t models::Progress::*;

/// One run, timed between two reports of its progress, so that building the system and taking it
/// apart do not count.
struct Measurement {
  models::RunOutcome outcome;
  std::uint64_t counted = 0;  ///< in `seconds`
  double seconds = 0.0;       ///< CPU time of this process
};

/// Times `spec` from its first report with `warm_up` counted to its first with `enough`, or to its
/// end. Exits with 2 when the spec has problems.
Measurement measure(const models::SystemSpec& spec, Count count, std::uint64_t warm_up,
                    std::uint64_t enough);

/// {"size_name": size, "what": .., "seconds": .., "what_per_s": .., "ns_per_one": ..,
/// "events": .., "peak_bytes": .., "fingerprint": ..}; events are those of the whole run.
void print(const Measurement& measurement, const char* size_name, std::uint64_t size,
           const char* what);

/// Exits with 1 and says so when a run was not what it is named after.
void require(bool condition, const char* what);

/// Most memory that this process has had resident since it was started or forked.
std::uint64_t peak_bytes();

/// A system without a strategy: one spec of `devices` like devices, where nothing that they share
/// is scarce: as many cores, walkers and groups in work as devices, a driver thread that costs
/// nothing for each request, a page request queue of 256 entries and at least four for each device
/// (which never overflows with one operation in flight), and twice as much memory as they reach.
models::SystemSpec roomy_system(std::uint64_t devices, std::uint64_t footprint);

/// So many minor faults, beyond those of the warm-up: every operation of every device touches a new
/// page, one at a time.
struct FreshPages {
  std::uint64_t devices, faults;

  std::uint64_t warm_up() const { return 20 * devices; }
  /// A roomy system that touches that many pages and ends then; it has no strategy yet.
  models::SystemSpec system() const;
  /// Times the faults after the warm-up. Requires that nothing overflows and that each operation
  /// is one minor fault.
  Measurement measure(const models::SystemSpec& spec) const;
};

}  // namespace faultpath::bench
