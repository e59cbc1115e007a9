// Who serves the page faults of a process.
#pragma once

#include "models/base/address.hpp"
#include "models/cpu/worker.hpp"
#include "sim/task.hpp"

namespace faultpath::models {

class ProcessMemory;

/// How a page was made resident.
enum class Residency {
  present,        ///< it was there
  minor,          ///< without I/O
  major,          ///< read from swap or file
  out_of_memory,  ///< nothing can be reclaimed
  refused,        ///< only a thread of user space may bring it, for which this worker cannot wait
  killed,         ///< the process has been killed
};
/// Else the fault has failed (Linux, VM_FAULT_ERROR): a device is answered Invalid.
constexpr bool is_there(Residency residency) {
  return residency != Residency::out_of_memory && residency != Residency::refused &&
         residency != Residency::killed;
}

/// How a page is touched.
struct FaultAccess {
  /// Pinning for a device always asks to write (get_user_pages() with FOLL_WRITE).
  bool write = true;
};

/// The memory management of the kernel that the process belongs to.
class MmFaults {
 public:
  /// Makes a page resident, as handle_mm_fault() and get_user_pages() do; a read may only map the
  /// zero page. The worker is on a core, is charged, and sleeps during I/O. Requires that the
  /// process permits the access.
  virtual sim::Task<Residency> make_resident(ProcessMemory& process, IovaPage page, Worker& worker,
                                             FaultAccess access) = 0;

 protected:
  ~MmFaults() = default;
};

}  // namespace faultpath::models
