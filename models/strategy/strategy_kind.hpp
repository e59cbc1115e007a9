// What the spec of every strategy brings along: its traits, and how the strategy is made.
#pragma once

#include <memory>

#include "models/strategy/pages_spec.hpp"

namespace faultpath::models {

class MemoryStrategy;
struct StrategyContext;

/// What rules and wiring have to know of a strategy without knowing which one it is.
struct StrategyTraits {
  bool binds_pasid = false;  ///< the device walks the page table of a process, by a PASID
  bool pins_all = false;     ///< everything is mapped and pinned at attach; a page request is fatal
  bool pins = false;         ///< a page that is mapped on a fault is pinned
  bool by_events = false;    ///< the device tells of absent pages by events, not by page requests
  PagesSpec pinned{};        ///< at attach, and stay
  PagesSpec prefault{};      ///< mapped at attach
  /// It makes pages present before each operation that uses them, and acts when it has ended.
  bool acts_around_dma = false;
  /// A device that meets an absent page fails: software has been there before.
  bool forbids_faults() const { return pins_all || acts_around_dma; }
};

}  // namespace faultpath::models
