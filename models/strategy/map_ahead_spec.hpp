// What the strategies that map on a fault say about pages that nobody has asked for yet.
#pragma once

#include <cstdint>

#include "models/strategy/pages_spec.hpp"

namespace faultpath::models {

struct MapAheadSpec {
  std::uint32_t premap = 1;  ///< pages mapped forward from a fault, itself included
  /// Only behind faults that follow each other: twice as many each time, up to `premap`; one page
  /// after any other fault. No kernel has it; Linux's file readahead works so.
  bool premap_grows = false;
  PagesSpec prefault;  ///< mapped at attach, before the devices start
  bool operator==(const MapAheadSpec&) const = default;
};

}  // namespace faultpath::models
