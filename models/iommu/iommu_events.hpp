// Changes of what software has set up, in the middle of a run: their names and who has them.
#pragma once

#include <string_view>
#include <vector>

#include "models/iommu/iommu_spec.hpp"
#include "models/iommu/iommu_switch.hpp"

namespace faultpath::models {

/// An action, by the kinds that have it. What those answer to a page request then, if it is the
/// last of its group (others are dropped):
/// - VT-d: Invalid Request, logged but in legacy mode. Translation requests are refused without a
///   context entry; without a PASID entry they succeed without permission (7.1.3, Table 30).
/// - SMMUv3: Response Failure; the stream table entry counts only for an overflow's answer.
/// - SMMUv3 that stalls: accesses of the stream are terminated and recorded (3.12).
/// - RISC-V: EN_PRI = 0 Invalid Request; everything else Response Failure (3.7).
struct IommuActionInfo {
  IommuAction action;
  std::string_view name, description;
  IommuSwitch what;
  bool on;                       ///< what it is from then on
  std::vector<IommuKind> kinds;  ///< that have it

  bool of_function() const { return is_of_function(what); }

  bool exists_in(IommuKind kind) const;
};

/// In the order of IommuAction.
const std::vector<IommuActionInfo>& iommu_actions();
const IommuActionInfo& info_of(IommuAction action);

}  // namespace faultpath::models
