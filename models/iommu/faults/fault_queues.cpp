// The table of primary fault queues.
#include "models/iommu/faults/fault_queues.hpp"

#include "models/iommu/faults/smmu_fault_queue.hpp"
#include "models/iommu/faults/stopping_fault_log.hpp"
#include "models/iommu/faults/vtd_fault_registers.hpp"
#include "sim/ensure.hpp"

namespace faultpath::models {
namespace {

template <class Queue>
std::unique_ptr<PrimaryFaultQueue> make(std::uint32_t entries) {
  return std::make_unique<Queue>(entries);
}

/// CAP_REG.NFR has eight bits; 8 registers are assumed.
constexpr FaultQueueInfo kVtd{8, 1, 256, false, make<VtdFaultRegisters>};
/// IDR1.EVENTQS is at most 19; Linux takes what a contiguous allocation holds (512: assumed).
constexpr FaultQueueInfo kSmmu{512, 2, 1U << 19, true, make<SmmuFaultQueue>};
/// EventLen has codes 8 to 15 (48882, 3.4.2); Linux: 512 entries of 16 bytes.
constexpr FaultQueueInfo kAmd{512, 2, 1U << 15, true, make<StoppingFaultLog>};
/// fqb.LOG2SZ-1 has five bits; 512 entries are assumed.
constexpr FaultQueueInfo kRiscv{512, 2, 1U << 31, true, make<StoppingFaultLog>};

}  // namespace

const FaultQueueInfo* fault_queue_of(IommuKind kind) {
  switch (kind) {
    case IommuKind::vtd:
      return &kVtd;
    case IommuKind::smmu_pri:
      return &kSmmu;
    case IommuKind::smmu_stall:
      return nullptr;
    case IommuKind::amd:
      return &kAmd;
    case IommuKind::riscv:
      return &kRiscv;
  }
  return nullptr;
}

std::unique_ptr<PrimaryFaultQueue> make_fault_queue(const IommuSpec& spec) {
  if (!spec.fault_queue) return nullptr;
  const FaultQueueInfo* const info = fault_queue_of(spec.kind);
  ENSURE(info != nullptr, "the kind has a primary fault queue");
  return info->make(spec.fault_queue->entries.value_or(info->entries));
}

}  // namespace faultpath::models
