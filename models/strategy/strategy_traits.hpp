// What rules and wiring have to know of a strategy without knowing which one it is.
#pragma once

#include "models/strategy/strategy_spec.hpp"

namespace faultpath::models {

struct StrategyTraits {
  bool binds_pasid = false;  ///< the device walks the page table of a process, by a PASID
  bool pins_all = false;     ///< everything is mapped and pinned at attach; a page request is fatal
  bool pins = false;         ///< a page that is mapped on a fault is pinned
};

StrategyTraits traits_of(const StrategySpec& spec);

}  // namespace faultpath::models
