// User queue: who takes the faults of an attachment and leaves them to user space.
#pragma once

#include <optional>

#include "models/cpu/worker.hpp"
#include "models/kernel/attachments.hpp"
#include "models/kernel/fault_handler.hpp"
#include "sim/task.hpp"

namespace faultpath::models {

/// A fault file, or the queues of a container.
class UserQueue : public FaultHandler {
 public:
  /// Answers Invalid to all groups of an attachment, read or not; absent: to every group
  /// (iommufd_auto_response_faults(), destruction of the object). A late answer finds nothing.
  virtual sim::Task<> answer_invalid(std::optional<AttachHandle> attachment, Worker& worker) = 0;
  /// Nobody reads or writes any more. Answers nothing.
  virtual void close() = 0;

 protected:
  ~UserQueue() = default;
};

}  // namespace faultpath::models
