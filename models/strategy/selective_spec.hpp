// What a scenario says about strategy selective.
#pragma once

#include <cstdint>

#include "models/strategy/strategy_kind.hpp"

namespace faultpath::models {

/// Pin what is chosen when it is mapped, and fault the rest in as iopf does: a driver pins the
/// ranges that its device must never find absent, such as rings and descriptors (Tian, VFIO IOPF
/// discussion, 2021). What the devices name as nonfaultable is pinned as well.
struct SelectiveSpec {
  PagesSpec pinned{.share = 0.0, .ranges = {SpaceRange{}}};  ///< at attach, and stay
  std::uint32_t premap = 1;   ///< pages mapped forward from a fault, itself included
  bool premap_grows = false;  ///< as MapAheadSpec has it
  PagesSpec prefault{};       ///< mapped at attach, and reclaimable
  StrategyTraits traits() const { return {.pinned = pinned, .prefault = prefault}; }
  bool operator==(const SelectiveSpec&) const = default;
};

std::unique_ptr<MemoryStrategy> make_strategy(const SelectiveSpec& spec,
                                              const StrategyContext& context);

}  // namespace faultpath::models
