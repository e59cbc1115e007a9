// What is counted and measured of a migration.
#pragma once

#include <cstdint>

#include "sim/histogram.hpp"

namespace faultpath::models {

struct MigrationStats {
  std::uint64_t vcpu_faults = 0;    ///< touches of virtual CPUs that found a page at the source
  std::uint64_t device_faults = 0;  ///< the same for devices
  std::uint64_t pages_fetched = 0;  ///< that came because somebody waited
  std::uint64_t pages_pushed = 0;   ///< that came without being asked for
  std::uint64_t pages_sent = 0;     ///< that came before the guest went on
  std::uint64_t check_hits = 0;     ///< operations that the check found nothing missing for
  std::uint64_t check_misses = 0;
  sim::Histogram downtime;         ///< from the stop of the guest until it runs here
  sim::Histogram device_downtime;  ///< until its devices may go on
  sim::Histogram completion;       ///< from its start here until all pages have come
  sim::Histogram vcpu_wait;        ///< of a virtual CPU for a page
  sim::Histogram device_wait;      ///< of what serves a device
};

}  // namespace faultpath::models
