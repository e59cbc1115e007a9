// Group sink: who gets the groups that the thread of a VMM has read.
#pragma once

#include "models/cpu/worker.hpp"
#include "models/guest/guest_file.hpp"
#include "models/kernel/user/fault_message.hpp"
#include "sim/task.hpp"
#include "sim/time.hpp"

namespace faultpath::models {

class GroupSink {
 public:
  /// The thread of the VMM has read a group, hands it to the guest, and sees to it that the answer
  /// finds it. The worker is on a CPU; on return nothing is owed.
  virtual sim::Task<> deliver(GuestFile& file, FaultMessage message, Worker& worker) = 0;

  /// Groups that are larger than the buffer are to be read all the same, for reject().
  virtual bool takes_oversized() const { return false; }
  /// Ends such a group. As deliver().
  virtual sim::Task<> reject(GuestFile&, FaultMessage, Worker&) { co_return; }

  /// When tend() has something to do; the end of time if it has nothing.
  virtual sim::Time due() { return sim::kEndOfTime; }
  /// Does what is due now. As deliver().
  virtual sim::Task<> tend(Worker&) { co_return; }

 protected:
  ~GroupSink() = default;
};

}  // namespace faultpath::models
