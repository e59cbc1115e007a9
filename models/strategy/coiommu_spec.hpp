// What a scenario says about strategy coiommu.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "models/strategy/strategy_kind.hpp"
#include "sim/distribution.hpp"
#include "sim/time.hpp"

namespace faultpath::models {

/// Guest and host share a table of the pages that DMA uses: the guest counts uses there, and exits
/// only for a page that the host has not pinned (coIOMMU, ATC 2020; crosvm).
struct CoiommuSpec {
  /// The guest's update of one entry of the table, before an operation and again after it
  /// (assumed: an atomic operation and the walk to the entry).
  sim::Duration track = sim::nanoseconds(50);
  /// From the guest's notification to the VMM and back, without what the host does about it: an
  /// exit to a user-space VMM takes 3 to 6 us (assumed).
  sim::DistributionSpec exit = sim::ConstantSpec{sim::microseconds(5)};
  /// Who unpins pages that are not in use any more: nobody, or a thread of the host that comes by.
  enum class Unpin { never, timer } unpin = Unpin::never;
  sim::Duration interval = sim::seconds(60);  ///< timer: between two rounds (crosvm)
  std::optional<std::uint32_t> limit;         ///< timer: pages unpinned in a round, at most
  /// timer: rounds in which a page has been busy until it counts as old; old pages are looked at in
  /// one of so many rounds (crosvm has the first; the second is assumed).
  std::uint32_t threshold = 10;

  StrategyTraits traits() const { return {.pins = true, .acts_around_dma = true}; }
  bool operator==(const CoiommuSpec&) const = default;
};

std::unique_ptr<MemoryStrategy> make_strategy(const CoiommuSpec& spec,
                                              const StrategyContext& context);

}  // namespace faultpath::models
