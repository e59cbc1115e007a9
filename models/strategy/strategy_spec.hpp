// What a scenario says about a memory strategy: what is compared. The table of strategies.
#pragma once

#include <string>
#include <variant>

#include "models/strategy/coiommu_spec.hpp"
#include "models/strategy/iopf_grow_spec.hpp"
#include "models/strategy/iopf_spec.hpp"
#include "models/strategy/lru_locked_spec.hpp"
#include "models/strategy/odp_spec.hpp"
#include "models/strategy/pin_spec.hpp"
#include "models/strategy/selective_spec.hpp"
#include "models/strategy/snoop_spec.hpp"
#include "models/strategy/sva_spec.hpp"
#include "models/strategy/viommu_map_spec.hpp"

namespace faultpath::models {

/// One alternative for each strategy. Its spec declares traits() and make_strategy(), which the
/// file of the strategy defines; nothing else has to know of it.
struct StrategySpec {
  std::string name;  ///< as results are labelled: the kind, or the key `name`
  std::variant<PinSpec, LruLockedSpec, IopfSpec, IopfGrowSpec, SvaSpec, OdpSpec, SelectiveSpec,
               ViommuMapSpec, CoiommuSpec, SnoopSpec>
      kind;
};

}  // namespace faultpath::models
