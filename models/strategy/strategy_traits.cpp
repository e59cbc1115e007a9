// The traits of each strategy, one line a strategy.
#include "models/strategy/strategy_traits.hpp"

#include "sim/overloaded.hpp"

namespace faultpath::models {

StrategyTraits traits_of(const StrategySpec& spec) {
  return std::visit(
      sim::Overloaded{
          [](const PinSpec&) -> StrategyTraits { return {.pins_all = true, .pins = true}; },
          [](const LruLockedSpec&) -> StrategyTraits { return {.pins = true}; },
          [](const IopfSpec&) -> StrategyTraits { return {}; },
          [](const IopfGrowSpec&) -> StrategyTraits { return {.pins = true}; },
          [](const SvaSpec&) -> StrategyTraits { return {.binds_pasid = true}; },
      },
      spec.kind);
}

}  // namespace faultpath::models
