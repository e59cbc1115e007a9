// What a scenario says about the virtual machine monitor of a guest.
#pragma once

#include <cstdint>
#include <optional>

#include "models/guest/limits_spec.hpp"
#include "sim/distribution.hpp"
#include "sim/time.hpp"

namespace faultpath::models {

/// Time of the steps of a fault between the host's kernel and the guest's. Those without another
/// source are ranges of the table in docs/guests.md, and assumed.
struct VmmCostSpec {
  /// The host's interrupt thread finds the handler, and enters the group into the fault file: 0.5
  /// to 1.5 us, with its usual work.
  sim::DistributionSpec enqueue = sim::ConstantSpec{sim::nanoseconds(500)};
  /// From there to a thread of the VMM that slept in ppoll(): 2 to 5 us.
  sim::DistributionSpec wake_up = sim::ConstantSpec{sim::microseconds(3)};
  /// A read() of the fault file: 0.5 to 1 us.
  sim::DistributionSpec read = sim::ConstantSpec{sim::nanoseconds(700)};
  /// Reading the guest's context and PASID entries, and writing one descriptor: 0.5 to 2 us.
  sim::DistributionSpec describe = sim::ConstantSpec{sim::microseconds(1)};
  /// The ioctl() that invalidates on the host, besides what hardware takes: together 1.5 to 3 us.
  sim::DistributionSpec invalidate = sim::ConstantSpec{sim::nanoseconds(900)};
  /// Sending the interrupt (KVM_SIGNAL_MSI): 0.5 to 1.5 us.
  sim::DistributionSpec inject = sim::ConstantSpec{sim::microseconds(1)};
  /// The write() to an eventfd in its place (assumed).
  sim::DistributionSpec irqfd = sim::ConstantSpec{sim::nanoseconds(400)};
  /// An exit to user space and back: 3 to 6 us, with the access.
  sim::DistributionSpec exit = sim::ConstantSpec{sim::microseconds(3)};
  /// What the VMM does in it, under its lock: a register, or the tail of the command queue.
  sim::DistributionSpec access = sim::ConstantSpec{sim::microseconds(1)};
  /// Parsing the guest's two descriptors, and the write() of the answer: 0.7 to 1.5 us.
  sim::DistributionSpec answer = sim::ConstantSpec{sim::microseconds(1)};
  /// The host's kernel behind that write(), besides submitting the response: together 0.7 to 2 us.
  sim::DistributionSpec respond = sim::ConstantSpec{sim::nanoseconds(600)};
  /// Making or dropping what stands for an entry of a guest's PASID table: three ioctl() for the
  /// fault file, the page table and the attachment, of 2 us each (assumed).
  sim::DistributionSpec shadow = sim::ConstantSpec{sim::microseconds(6)};
  /// Reading an entry of a guest's PASID table (assumed).
  sim::DistributionSpec table_read = sim::ConstantSpec{sim::nanoseconds(100)};
};

/// Who reads the fault files.
enum class FaultThread : std::uint8_t {
  main_loop,  ///< the event loop of the VMM, under its lock (QEMU)
  dedicated   ///< a thread that takes no lock
};

/// How the interrupt of a virtual IOMMU is sent.
enum class InterruptBy : std::uint8_t {
  ioctl,          ///< KVM_SIGNAL_MSI, in the thread of the VMM (QEMU)
  irqfd,          ///< a write() to an eventfd, in which the host's kernel injects
  irqfd_deferred  ///< the route does not allow that: a work item of the host injects
};

/// When the VMM serves an answer that the guest has written into its command queue.
enum class AnswerServed : std::uint8_t {
  in_exit,  ///< in the exit for the tail: the guest finds its status word set (QEMU)
  later  ///< in a thread of the VMM, for which the guest waits: an exit for each look at a register
};

/// What else the VMM does under its lock, in a thread of its own on a core of the host: migration,
/// monitor commands, completion of disks. Sections come as a Poisson stream.
struct VmmOtherWorkSpec {
  double rate = 100.0;  ///< sections/s, above 0 (assumed)
  /// Of a section: 10 us to 100 ms (assumed).
  sim::DistributionSpec hold = sim::ConstantSpec{sim::microseconds(100)};
};

struct VmmSpec {
  FaultThread fault_thread = FaultThread::main_loop;
  std::uint32_t records = 100;  ///< page requests for which a read() has room (QEMU)
  InterruptBy interrupt = InterruptBy::ioctl;
  AnswerServed answer = AnswerServed::in_exit;
  std::optional<VmmOtherWorkSpec> other_work;  ///< absent: only faults and exits take the lock
  VmmCostSpec costs;
  GuestLimitsSpec limits;
};

}  // namespace faultpath::models
