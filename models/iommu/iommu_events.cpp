// The table of actions.
#include "models/iommu/iommu_events.hpp"

#include <algorithm>

namespace faultpath::models {

bool IommuActionInfo::exists_in(IommuKind kind) const {
  return std::ranges::find(kinds, kind) != kinds.end();
}

const std::vector<IommuActionInfo>& iommu_actions() {
  using A = IommuAction;
  using K = IommuKind;
  static const std::vector<IommuActionInfo> table{
      {A::remove_context,
       "remove_context",
       "the function's context or device entry goes",
       true,
       {K::vtd, K::smmu_pri, K::smmu_stall, K::riscv}},
      {A::restore_context,
       "restore_context",
       "it is there again",
       true,
       {K::vtd, K::smmu_pri, K::smmu_stall, K::riscv}},
      {A::remove_pasid, "remove_pasid", "the function's PASID entries go", true, {K::vtd}},
      {A::restore_pasid, "restore_pasid", "they are there again", true, {K::vtd}},
      {A::disable_page_requests,
       "disable_page_requests",
       "the function's PRE, EN_PRI or CD.S is 0",
       true,
       {K::vtd, K::smmu_stall, K::riscv}},
      {A::enable_page_requests,
       "enable_page_requests",
       "it is 1 again",
       true,
       {K::vtd, K::smmu_stall, K::riscv}},
      {A::legacy_mode,
       "legacy_mode",
       "translation in legacy mode, without page requests",
       false,
       {K::vtd}},
      {A::scalable_mode, "scalable_mode", "in scalable mode again", false, {K::vtd}},
      {A::disable_queue,
       "disable_queue",
       "the page request queue is off: PRIQEN or pqen is 0",
       false,
       {K::smmu_pri, K::riscv}},
      {A::enable_queue,
       "enable_queue",
       "it is on again, drained before",
       false,
       {K::smmu_pri, K::riscv}},
      {A::break_memory,
       "break_memory",
       "writes to the queue abort: PRIQ_ABT_ERR or pqmf",
       false,
       {K::smmu_pri, K::riscv}},
      {A::repair_memory,
       "repair_memory",
       "they succeed again, the error is acknowledged",
       false,
       {K::smmu_pri, K::riscv}},
      {A::disable_iommu,
       "disable_iommu",
       "SMMUEN is 0, or ddtp.mode Off",
       false,
       {K::smmu_pri, K::riscv}},
      {A::enable_iommu, "enable_iommu", "the IOMMU is on again", false, {K::smmu_pri, K::riscv}},
  };
  return table;
}

const IommuActionInfo& info_of(IommuAction action) {
  return iommu_actions()[static_cast<std::size_t>(action)];
}

}  // namespace faultpath::models
