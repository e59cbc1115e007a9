// What a scenario says about on-demand paging of a NIC: its events, its handlers, its updates.
#pragma once

#include <cstdint>

#include "models/base/sizes.hpp"
#include "sim/distribution.hpp"
#include "sim/time.hpp"

namespace faultpath::models {

/// On-demand paging as mlx5 has it: the device finds out by itself that a page is absent, stops the
/// transport, and tells its driver by an event. There is no page request. Times of one page are
/// those of Lesokhin et al., ASPLOS 2017, Fig. 3: 129.1, 5.4, 6.8 and 78.1 us.
struct PagingSpec {
  // In the device.

  /// From the absent page until the driver's interrupt handler has the event.
  sim::DistributionSpec raise = sim::ConstantSpec{sim::picoseconds(129'100'000)};
  /// From the driver's command until the transport goes on.
  sim::DistributionSpec resume = sim::ConstantSpec{sim::picoseconds(78'100'000)};
  /// Events that wait for their answer at a time, of the reads and of the writes of a function.
  std::uint32_t outstanding = 4;

  // In the driver. Source of the sizes: Linux drivers/infiniband/hw/mlx5/odp.c.

  std::uint32_t event_queue = 4096;  ///< entries; a device waits until one is free
  std::uint32_t event_pool = 64;     ///< records of events; when none is left a thread makes more
  std::uint32_t handlers = 32;       ///< events in work at a time
  /// The handler's work on an event besides what each of its pages costs: with the wake-up of its
  /// thread and one minor fault it is 5.4 us.
  sim::DistributionSpec driver = sim::ConstantSpec{sim::nanoseconds(3'600)};
  sim::Duration driver_page{};  ///< for each page, besides its page fault and its mapping
  /// Writing the device's translations: a request to the device, for whose completion the handler
  /// sleeps.
  sim::DistributionSpec update = sim::ConstantSpec{sim::picoseconds(6'800'000)};
  /// For each page after the first: (19.7 - 6.8) us for 1023 pages.
  sim::Duration update_page = sim::picoseconds(12'610);
  /// Taking one page out of the device's translations, on top of unmapping it: 2.7 + 13.7 + 0.4 us.
  sim::Duration invalidation = sim::picoseconds(16'800'000);
  /// Bytes that follow the pages of an event of the responder, and are mapped after the resumption.
  std::uint64_t prefetch = 4 * kMiB;

  bool operator==(const PagingSpec&) const = default;
};

}  // namespace faultpath::models
