// Partial groups: page requests that wait for the last of their group.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "models/base/messages.hpp"

namespace faultpath::models {

/// The list of each device (Linux, iommu_fault_param::partial). Requests belong together by device
/// and PRG index alone; PASIDs are not compared (all eras). There is no bound, and nothing ages.
class PartialGroups {
 public:
  void keep(const PageRequest& request);
  /// Moves what is kept of a group to the end of `requests`, in the order in which it came.
  void take(DeviceIndex device, PrgIndex index, std::vector<PageRequest>& requests);
  /// The index of the request that has been kept longest, if any is.
  std::optional<PrgIndex> oldest(DeviceIndex device) const;

  /// Devices that have been seen, with those of lower index.
  std::uint32_t devices() const { return static_cast<std::uint32_t>(kept_.size()); }
  std::uint64_t requests() const;

 private:
  std::deque<std::vector<PageRequest>> kept_;  // by device
};

}  // namespace faultpath::models
