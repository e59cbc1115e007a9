// Whether the second stage may miss.
#pragma once

#include "models/iommu/iommu_spec.hpp"

namespace faultpath::models {

/// There is a second stage, and what it maps comes on demand.
inline bool guests_fault(const IommuSpec& iommu) {
  return iommu.levels.stage2 > 0 && iommu.second_stage.backing == SecondStageBacking::on_demand;
}

}  // namespace faultpath::models
