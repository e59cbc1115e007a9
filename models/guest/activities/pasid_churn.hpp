// PASID churn: entries of a guest's PASID tables that no device uses come and go.
#pragma once

#include "models/guest/guest_activity.hpp"

namespace faultpath::models {

/// Each change is a PASID-cache invalidation, in which the VMM makes or drops what stands for the
/// entry, and has the host's IOMMU forget the former one (docs/guests.md).
class PasidChurn final : public GuestActivity {
 public:
  PasidChurn(const ChurnsPasidsSpec& spec, const GuestActivitySetting& setting)
      : GuestActivity(setting, spec.rate), spec_(spec) {}

 private:
  sim::Task<> act(Worker& worker) override;
  sim::Duration walk_of_all_tables();

  const ChurnsPasidsSpec spec_;
};

}  // namespace faultpath::models
