// What a scenario says about strategy iopf.
#pragma once

#include <cstdint>

#include "models/strategy/strategy_kind.hpp"

namespace faultpath::models {

/// Map on a fault and release through the MMU notifier (VFIO IOPF series).
struct IopfSpec {
  std::uint32_t premap = 1;  ///< pages mapped forward from a fault, itself included; 512 in the RFC
  bool premap_grows = false;  ///< as MapAheadSpec has it
  PagesSpec prefault{};       ///< mapped at attach
  StrategyTraits traits() const { return {.prefault = prefault}; }
  bool operator==(const IopfSpec&) const = default;
};

std::unique_ptr<MemoryStrategy> make_strategy(const IopfSpec& spec, const StrategyContext& context);

}  // namespace faultpath::models
