// odp: what a scenario says of it.
#pragma once

#include "models/base/paging_spec.hpp"
#include "models/strategy/strategy_kind.hpp"

namespace faultpath::models {

/// On-demand paging of a NIC (mlx5): nothing is pinned, and the driver serves the device's own
/// events.
struct OdpSpec : PagingSpec {
  StrategyTraits traits() const { return {.by_events = true}; }
  bool operator==(const OdpSpec&) const = default;
};

std::unique_ptr<MemoryStrategy> make_strategy(const OdpSpec& spec, const StrategyContext& context);

}  // namespace faultpath::models
