// What a scenario says about strategy pin.
#pragma once

#include "models/strategy/strategy_kind.hpp"

namespace faultpath::models {

/// Pin and map everything at attach (VFIO today). A page request is fatal.
struct PinSpec {
  StrategyTraits traits() const { return {.pins_all = true, .pins = true}; }
  bool operator==(const PinSpec&) const = default;
};

std::unique_ptr<MemoryStrategy> make_strategy(const PinSpec& spec, const StrategyContext& context);

}  // namespace faultpath::models
