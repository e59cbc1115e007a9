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
};

/// The memory management of the kernel that the process belongs to.
class MmFaults {
 public:
  /// Makes a page resident, as handle_mm_fault() and get_user_pages() do. The worker is on a core,
  /// is charged, and sleeps during I/O.
  virtual sim::Task<Residency> make_resident(ProcessMemory& process, IovaPage page,
                                             Worker& worker) = 0;

 protected:
  ~MmFaults() = default;
};

}  // namespace faultpath::models
