// What a scenario says about strategy iopf_grow.
#pragma once

#include <cstdint>

#include "models/strategy/strategy_kind.hpp"

namespace faultpath::models {

/// Pin and map on a fault, released at detach only (the series' first version).
struct IopfGrowSpec {
  std::uint32_t premap = 1;
  bool premap_grows = false;  ///< as MapAheadSpec has it
  PagesSpec prefault{};       ///< mapped and pinned at attach
  StrategyTraits traits() const { return {.pins = true, .prefault = prefault}; }
  bool operator==(const IopfGrowSpec&) const = default;
};

std::unique_ptr<MemoryStrategy> make_strategy(const IopfGrowSpec& spec,
                                              const StrategyContext& context);

}  // namespace faultpath::models
