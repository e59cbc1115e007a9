// What a scenario says about strategy sva.
#pragma once

#include "models/strategy/strategy_kind.hpp"

namespace faultpath::models {

/// A PASID bound to a process: handle_mm_fault() on the shared page table.
struct SvaSpec {
  StrategyTraits traits() const { return {.binds_pasid = true}; }
  bool operator==(const SvaSpec&) const = default;
};

std::unique_ptr<MemoryStrategy> make_strategy(const SvaSpec& spec, const StrategyContext& context);

}  // namespace faultpath::models
