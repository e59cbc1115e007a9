// Pending groups: the groups that the core has made, and which of them wait for an answer.
#pragma once

#include <cstdint>
#include <deque>
#include <vector>

#include "models/iommu/iommu_port.hpp"
#include "models/kernel/iopf_group.hpp"
#include "sim/pool.hpp"
#include "sim/semaphore.hpp"

namespace faultpath::models {

/// The records of all groups, and for each device its mutex and its list of pending groups (Linux,
/// iommu_fault_param::lock and ::faults).
class PendingGroups {
 public:
  PendingGroups() = default;
  PendingGroups(const PendingGroups&) = delete;
  PendingGroups& operator=(const PendingGroups&) = delete;

  /// An empty record for a group of the device, which is not pending.
  IopfGroup& take(DeviceIndex device);
  /// Nobody refers to the group any more. Requires that it is not pending.
  void give(IopfGroup& group) { groups_.give(group); }

  /// The group waits for its answer from `now` on.
  void begin(IopfGroup& group, sim::Time now);
  /// It does not any more. True when none of its device does.
  bool end(IopfGroup& group);

  /// The mutex of a device. It guards both lists of the device.
  sim::Semaphore& lock(DeviceIndex device) { return client(device).lock; }
  /// The pending groups of a device, in the order in which they began.
  std::vector<IopfGroup*> of(DeviceIndex device);
  /// The oldest pending group with device and index of this one, and with its PASID if the response
  /// to that group needs one; null if there is none (Linux before 6.9, iommu_page_response()).
  IopfGroup* oldest_like(const IopfGroup& group, const IommuPort& iommu);

  /// Records in use.
  std::size_t in_use() const { return groups_.in_use(); }
  /// Counted requests of pending groups.
  std::uint64_t requests() const;

 private:
  struct Client {
    sim::Semaphore lock{1, "mutex of the fault parameters"};
    std::uint64_t pending = 0;
  };
  Client& client(DeviceIndex device);

  sim::Pool<IopfGroup> groups_;
  std::deque<Client> clients_;  // by device
  std::uint64_t begun_ = 0;
};

}  // namespace faultpath::models
