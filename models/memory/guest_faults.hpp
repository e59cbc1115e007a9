// The faults of a guest's processes, where the frames behind guest memory are the host's business.
#pragma once

#include "models/memory/memory.hpp"
#include "models/memory/mm_faults.hpp"

namespace faultpath::models {

/// handle_mm_fault() of the guest's kernel, on the cores of the host. The guest has memory enough:
/// a page takes the same time as on the host, but no frame, and is not reclaimed. Its frame comes
/// with the guest page that it lies in, when the second stage faults.
class GuestFaults final : public MmFaults {
 public:
  /// With the costs and the disk of `host`.
  explicit GuestFaults(Memory& host) : host_(host) {}

  sim::Task<Residency> make_resident(ProcessMemory& process, IovaPage page, Worker& worker,
                                     FaultAccess access) override;

 private:
  Memory& host_;
};

}  // namespace faultpath::models
