// PASID churn: entries of a guest's PASID tables that no device uses come and go.
#pragma once

#include "models/guest/guest_activity.hpp"

namespace faultpath::models {

/// Each change is a PASID-cache invalidation, in which the VMM makes or drops what stands for the
/// entry, and has the host's IOMMU forget the former one (docs/guests.md).
class PasidChurn final : public GuestActivity {
 public:
  PasidChurn(const ChurnsPasidsSpec& spec, const GuestActivitySetting& setting)
      : GuestActivity(setting, spec.rate) {}

 private:
  sim::Task<> act(Worker& worker) override;
};

}  // namespace faultpath::models
