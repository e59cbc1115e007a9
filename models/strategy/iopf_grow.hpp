// iopf_grow: pages are pinned by the first access and never released (IOPF series, first version).
#pragma once

#include "models/strategy/mapping_strategy.hpp"

namespace faultpath::models {

/// The locked set only grows.
class IopfGrow final : public MappingStrategy {
 public:
  IopfGrow(const StrategyContext& context, const IopfGrowSpec& spec)
      : MappingStrategy(context, {spec.premap, spec.premap_grows, spec.prefault}) {}

  bool may_invalidate() const override { return false; }

 private:
  bool pins() const override { return true; }
  void on_map(IoPageTable& table, IovaPage page, Worker& worker) override {
    pin(table, page, worker);
  }
};

}  // namespace faultpath::models
