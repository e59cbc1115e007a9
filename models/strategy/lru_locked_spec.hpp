// What a scenario says about strategy lru_locked.
#pragma once

#include <cstdint>
#include <variant>

#include "models/strategy/strategy_kind.hpp"
#include "sim/time.hpp"

namespace faultpath::models {

/// A locked-memory limit: bytes, or a share (0 to 1) of the address space that is mapped.
struct LockedLimit {
  std::variant<std::uint64_t, double> value = 0.3;
  bool operator==(const LockedLimit&) const = default;
};

/// Pin, map and charge on a fault; at the limit evict the page mapped, or used, longest ago.
struct LruLockedSpec {
  LockedLimit limit;
  enum class Recency { mapped, used } recency = Recency::mapped;  ///< used: device reports access
  enum class Evict { at_fault, periodic } evict = Evict::at_fault;
  sim::Duration period = sim::milliseconds(1);  ///< periodic: between two passes (assumed)
  double target = 0.9;        ///< periodic: a pass evicts down to this share of the limit
  std::uint32_t premap = 1;   ///< pages mapped forward from a fault, itself included
  bool premap_grows = false;  ///< as MapAheadSpec has it
  PagesSpec prefault{};       ///< mapped and pinned at attach, as far as the limit goes
  StrategyTraits traits() const { return {.pins = true, .prefault = prefault}; }
  bool operator==(const LruLockedSpec&) const = default;
};

std::unique_ptr<MemoryStrategy> make_strategy(const LruLockedSpec& spec,
                                              const StrategyContext& context);

}  // namespace faultpath::models
