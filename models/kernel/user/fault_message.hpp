// What user space reads of a page request group.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "models/base/messages.hpp"
#include "models/kernel/attachments.hpp"

namespace faultpath::models {

/// A group as read() copies it out, one record for each request (Linux, iommu_hwpt_pgfault).
struct FaultMessage {
  std::uint32_t cookie = 0;  ///< from 1; one for all records of the group
  /// Device label, PASID and group index.
  DeviceIndex device;
  std::optional<Pasid> pasid;
  PrgIndex index;
  std::vector<PageRequest> records;  ///< chronological; never empty
  Attachment attachment;             ///< what they are faults on
  bool second_stage = false;         ///< guest pages are missing, not those of a process
  /// Which group it is. User space does not know it; it shows whose group an answer has got to.
  std::uint64_t serial = 0;
};

/// What user space writes: whose group, and a code.
struct FaultAnswer {
  const FaultMessage* handled = nullptr;  ///< the group that it is meant for, to count what happens
  const FaultMessage* to = nullptr;  ///< the group that it names; null: one that does not exist
  ResponseCode code = ResponseCode::success;
};

}  // namespace faultpath::models
