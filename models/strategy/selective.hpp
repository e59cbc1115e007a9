// selective: ranges are pinned when they are mapped, the rest is faulted in and reclaimable.
#pragma once

#include "models/strategy/mapping_strategy.hpp"

namespace faultpath::models {

/// As iopf, but for the pages that are pinned before the devices start.
class Selective final : public MappingStrategy {
 public:
  Selective(const StrategyContext& context, const SelectiveSpec& spec)
      : MappingStrategy(context, {spec.premap, spec.premap_grows, spec.prefault}),
        pinned_(spec.pinned) {}

  sim::Task<> attach(IoPageTable& table, Worker& worker) override;
  bool may_invalidate() const override { return !context_.memory.never_reclaims(); }

 private:
  void on_map(IoPageTable&, IovaPage, Worker&) override {}

  PagesSpec pinned_;
};

}  // namespace faultpath::models
