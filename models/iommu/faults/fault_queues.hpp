// The primary fault queue of each kind of IOMMU. One row each.
#pragma once

#include <cstdint>
#include <memory>

#include "models/iommu/faults/primary_fault_queue.hpp"
#include "models/iommu/iommu_spec.hpp"

namespace faultpath::models {

struct FaultQueueInfo {
  std::uint32_t entries;   ///< unless a scenario says otherwise
  std::uint32_t smallest;  ///< that hardware of the kind may have
  std::uint32_t largest;
  bool power_of_two;
  std::unique_ptr<PrimaryFaultQueue> (*make)(std::uint32_t entries);
};

/// Null where faults are recorded in the queue that stalls have.
const FaultQueueInfo* fault_queue_of(IommuKind kind);

/// What the scenario says; null unless it says something. Requires a kind that has one.
std::unique_ptr<PrimaryFaultQueue> make_fault_queue(const IommuSpec& spec);

}  // namespace faultpath::models
