// What a scenario says about strategy snoop.
#pragma once

#include <memory>

#include "models/strategy/strategy_kind.hpp"
#include "sim/time.hpp"

namespace faultpath::models {

/// A thread of the host looks at each operation before the device sees it, and brings in by
/// software what is missing. Figures of "To PRI or Not To PRI" (VIO), OSDI 2025, unless another
/// source is given.
struct SnoopSpec {
  /// An operation of one page whose page is there, from the guest's kick until the device may see
  /// it; at least `presence`.
  sim::Duration hit = sim::nanoseconds(3'500);
  /// The same when a page is missing, without bringing it in; at least `hit`.
  sim::Duration miss = sim::nanoseconds(4'500);
  sim::Duration presence = sim::microseconds(1);           ///< of these, the look for one page
  sim::Duration bitmap = sim::nanoseconds(90);             ///< instead, where a locked chunk has it
  enum class Thread { own, shared } thread = Thread::own;  ///< one for each table, or one for all
  /// static_chunks: chunks of 2 MiB that hold what devices cannot fault on are pinned for good.
  enum class LockPages { none, static_chunks } lock_pages = LockPages::none;

  /// elastic: above a rate all pages are pinned and operations go to the device unseen.
  enum class Switch { never, elastic } switching = Switch::elastic;
  double threshold = 100'000;                    ///< elastic: operations a second, above 0
  sim::Duration window = sim::milliseconds(10);  ///< elastic: over which they are counted (assumed)
  sim::Duration to_snoop = sim::microseconds(10);  ///< elastic: copying the ring and remapping it
  sim::Duration to_passthrough = sim::microseconds(10);  ///< elastic: remapping it (assumed)

  StrategyTraits traits() const { return {.pins = true, .acts_around_dma = true}; }
  bool operator==(const SnoopSpec&) const = default;
};

std::unique_ptr<MemoryStrategy> make_strategy(const SnoopSpec& spec,
                                              const StrategyContext& context);

}  // namespace faultpath::models
