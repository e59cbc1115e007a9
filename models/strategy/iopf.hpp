// iopf: pages are mapped by the first access and stay reclaimable (VFIO IOPF series).
#pragma once

#include "models/strategy/mapping_strategy.hpp"

namespace faultpath::models {

/// Nothing is pinned: what reclaim takes, it takes through the MMU notifier.
class Iopf final : public MappingStrategy {
 public:
  Iopf(const StrategyContext& context, const IopfSpec& spec)
      : MappingStrategy(context, {spec.premap, spec.premap_grows, spec.prefault}) {}

  bool may_invalidate() const override { return !context_.memory.never_reclaims(); }

 private:
  void on_map(IoPageTable&, IovaPage, Worker&) override {}
};

}  // namespace faultpath::models
