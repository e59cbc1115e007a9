// The traits of the strategy that a spec chooses.
#pragma once

#include "models/strategy/strategy_spec.hpp"

namespace faultpath::models {

inline StrategyTraits traits_of(const StrategySpec& spec) {
  return std::visit([](const auto& kind) { return kind.traits(); }, spec.kind);
}

}  // namespace faultpath::models
