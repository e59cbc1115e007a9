// The kinds of IOMMU, each with the keys that only it has.
#pragma once

#include <vector>

#include "models/iommu/iommu_spec.hpp"
#include "scenarios/declare/kinds.hpp"

namespace faultpath::scenarios {

/// In the order of IommuKind.
std::vector<KindKeys<models::IommuSpec>> iommu_kind_keys();

}  // namespace faultpath::scenarios
