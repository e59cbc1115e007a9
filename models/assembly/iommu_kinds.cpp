// The table of IOMMU kinds.
#include "models/assembly/iommu_kinds.hpp"

#include "models/kernel/prq/amd_driver.hpp"
#include "models/kernel/prq/riscv_driver.hpp"
#include "models/kernel/prq/smmu_pri_driver.hpp"
#include "models/kernel/prq/smmu_stall_driver.hpp"
#include "models/kernel/prq/vtd_driver.hpp"

namespace faultpath::models {
namespace {

template <class Queue>
std::unique_ptr<PageRequestQueue> make_queue(const IommuSpec& spec) {
  return std::make_unique<Queue>(spec.queue_entries);
}

std::unique_ptr<PageRequestQueue> make_amd_log(const IommuSpec& spec) {
  return std::make_unique<AmdPprLog>(spec.queue_entries, *spec.kind.get<AmdSpec>());
}

std::unique_ptr<PageRequestQueue> make_smmu_queue(const IommuSpec& spec) {
  return std::make_unique<SmmuPriQueue>(spec.queue_entries, *spec.kind.get<SmmuPriSpec>());
}

template <class Driver, class Queue>
std::unique_ptr<PrqThread> make_prq(const PrqSetting& setting, PageRequestQueue& queue) {
  return std::make_unique<Driver>(setting, static_cast<Queue&>(queue));
}

using Processes = ConfigurationFormat::Processes;

/// Scalable mode: root and context entry, then PASID directory and PASID table, of the host; a
/// request without PASID uses the entry of the context's own (VT-d 3.4.3, 9.4).
constexpr ConfigurationFormat kVtdConfiguration{{2, 2, 2}, {2, 2, 2}, Processes::all, false};
/// A stream table entry behind one table or two, then a context descriptor likewise, at an
/// intermediate physical address when nested (IHI 0070, 3.3). Linux: two and one.
constexpr ConfigurationFormat kSmmuConfiguration{{1, 2, 2}, {1, 1, 2}, Processes::all, true};
/// A device table entry, then the guest CR3 table of one to three levels (GLX), for guests and
/// PASIDs only (AMD 48882, 2.2.6).
constexpr ConfigurationFormat kAmdConfiguration{
    {1, 1, 1}, {1, 1, 3}, Processes::pasid_or_nested, true};
/// A device directory of one to three levels, then a process directory likewise, for PASIDs only
/// (RISC-V IOMMU 2.1 to 2.3). 16 bits of ID take three levels of contexts with MSI tables.
constexpr ConfigurationFormat kRiscvConfiguration{{1, 3, 3}, {1, 1, 3}, Processes::pasid, true};

}  // namespace

const std::vector<IommuKindInfo>& iommu_kinds() {
  static const std::vector<IommuKindInfo> table{
      {IommuKind::vtd, "vtd", "Intel VT-d page request queue: N - 1 entries, freed by the batch",
       32, 128, make_queue<VtdPageRequestQueue>, make_prq<VtdDriver, VtdPageRequestQueue>,
       kVtdConfiguration},
      {IommuKind::smmu_pri, "smmu_pri", "Arm SMMUv3 PRI queue: N entries, freed one by one", 16, 2,
       make_smmu_queue, make_prq<SmmuPriDriver, SmmuPriQueue>, kSmmuConfiguration, false, true},
      {IommuKind::smmu_stall, "smmu_stall",
       "Arm SMMUv3 event queue: transactions stall in the SMMU, no ATS and no PRI", 32, 2,
       make_queue<SmmuEventQueue>, make_prq<SmmuStallDriver, SmmuEventQueue>, kSmmuConfiguration,
       true, true},
      {IommuKind::amd, "amd", "AMD page request log: stops on overflow; PASIDs only", 16, 256,
       make_amd_log, make_prq<AmdDriver, AmdPprLog>, kAmdConfiguration},
      {IommuKind::riscv, "riscv", "RISC-V page request queue: N - 1 entries, freed one by one", 16,
       2, make_queue<RiscvPageRequestQueue>, make_prq<RiscvDriver, RiscvPageRequestQueue>,
       kRiscvConfiguration},
  };
  return table;
}

const IommuKindInfo& info_of(IommuKind kind) {
  return iommu_kinds()[static_cast<std::size_t>(kind)];
}

}  // namespace faultpath::models
