// Invalidation flood: a guest invalidates translations that are good.
#pragma once

#include <cstdint>

#include "models/guest/guest_activity.hpp"

namespace faultpath::models {

/// Page by page, in each table in turn. Each is an exit, in which the VMM has it done by the host's
/// IOMMU, whose queue other guests share.
class InvalidationFlood final : public GuestActivity {
 public:
  InvalidationFlood(const FloodsInvalidationsSpec& spec, const GuestActivitySetting& setting)
      : GuestActivity(setting, spec.rate) {}

 private:
  sim::Task<> act(Worker& worker) override;

  std::uint64_t page_ = 0;
};

}  // namespace faultpath::models
