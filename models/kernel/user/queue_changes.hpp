// Queue changes: what user space does with page tables and fault files while devices run.
#pragma once

#include <string>
#include <vector>

#include "models/base/messages.hpp"
#include "models/cpu/processor.hpp"
#include "models/cpu/worker.hpp"
#include "models/kernel/attachments.hpp"
#include "models/kernel/user/user_faults.hpp"
#include "models/kernel/user_readers_spec.hpp"
#include "sim/task.hpp"

namespace faultpath::models {

/// Acts on all attachments of a function whose faults go to user space. Each change is a system
/// call of a thread that takes a CPU.
/// Source: Linux 7.1, drivers/iommu/iommufd/{device.c, eventq.c}.
class QueueChanges {
 public:
  QueueChanges(Attachments& attachments, UserFaults& user, Processor& processor)
      : attachments_(attachments), user_(user), processor_(processor) {}

  sim::Task<> apply(UserAction action, DeviceIndex device);

 private:
  /// The groups of the attachments are answered Invalid; later faults are nobody's.
  sim::Task<> detach(DeviceIndex device, Worker& worker);
  /// A new attachment takes the place of each. Its auto-responder looks into the file of the new
  /// page table for groups of the former attachment: in the same file they are answered Invalid, in
  /// another one nothing happens, and they stay until that is destroyed.
  sim::Task<> replace(DeviceIndex device, bool same_file, Worker& worker);
  /// The files that the function had at first. Their page tables go before, so that everything that
  /// is attached to them is detached; then every group that is left is answered Invalid.
  sim::Task<> destroy(DeviceIndex device, Worker& worker);

  struct Found {
    Originator who;
    Attachment attachment;
    UserQueue* queue;
  };
  std::vector<Found> found(DeviceIndex device) const;
  std::vector<Found> found_in(const UserQueue& queue) const;

  Attachments& attachments_;
  UserFaults& user_;
  Processor& processor_;
};

}  // namespace faultpath::models
