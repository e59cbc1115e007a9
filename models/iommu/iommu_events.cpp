// The table of actions.
#include "models/iommu/iommu_events.hpp"

#include <algorithm>

namespace faultpath::models {

bool IommuActionInfo::exists_in(IommuKind kind) const {
  return std::ranges::find(kinds, kind) != kinds.end();
}

bool is_of_function(IommuSwitch what) {
  return what == IommuSwitch::context || what == IommuSwitch::pasid_entries ||
         what == IommuSwitch::page_requests;
}

const std::vector<IommuActionInfo>& iommu_actions() {
  using A = IommuAction;
  using K = IommuKind;
  using S = IommuSwitch;
  const std::vector<K> all_but_amd{K::vtd, K::smmu_pri, K::smmu_stall, K::riscv};
  const std::vector<K> with_bit{K::vtd, K::smmu_stall, K::riscv};
  const std::vector<K> pri_and_riscv{K::smmu_pri, K::riscv};
  static const std::vector<IommuActionInfo> table{
      {A::remove_context, "remove_context", "the function's context or device entry goes",
       S::context, false, all_but_amd},
      {A::restore_context, "restore_context", "it is there again", S::context, true, all_but_amd},
      {A::remove_pasid,
       "remove_pasid",
       "the function's PASID entries go",
       S::pasid_entries,
       false,
       {K::vtd}},
      {A::restore_pasid, "restore_pasid", "they are there again", S::pasid_entries, true, {K::vtd}},
      {A::disable_page_requests, "disable_page_requests", "the function's PRE, EN_PRI or CD.S is 0",
       S::page_requests, false, with_bit},
      {A::enable_page_requests, "enable_page_requests", "it is 1 again", S::page_requests, true,
       with_bit},
      {A::legacy_mode,
       "legacy_mode",
       "translation in legacy mode, without page requests",
       S::scalable_mode,
       false,
       {K::vtd}},
      {A::scalable_mode,
       "scalable_mode",
       "in scalable mode again",
       S::scalable_mode,
       true,
       {K::vtd}},
      {A::disable_queue, "disable_queue", "the page request queue is off: PRIQEN or pqen is 0",
       S::queue, false, pri_and_riscv},
      {A::enable_queue, "enable_queue", "it is on again, drained before", S::queue, true,
       pri_and_riscv},
      {A::break_memory, "break_memory", "writes to the queue abort: PRIQ_ABT_ERR or pqmf",
       S::queue_memory, false, pri_and_riscv},
      {A::repair_memory, "repair_memory", "they succeed again, the error is acknowledged",
       S::queue_memory, true, pri_and_riscv},
      {A::disable_iommu, "disable_iommu", "SMMUEN is 0, or ddtp.mode Off", S::iommu, false,
       pri_and_riscv},
      {A::enable_iommu, "enable_iommu", "the IOMMU is on again", S::iommu, true, pri_and_riscv},
  };
  return table;
}

const IommuActionInfo& info_of(IommuAction action) {
  return iommu_actions()[static_cast<std::size_t>(action)];
}

}  // namespace faultpath::models
