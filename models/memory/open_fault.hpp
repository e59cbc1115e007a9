// Open fault: marks a process as long as a fault on its pages is being served.
#pragma once

#include "models/memory/free_frames.hpp"
#include "models/memory/process_memory.hpp"

namespace faultpath::models {

/// On the stack of who serves it. A killed process waits for its open faults.
class OpenFault {
 public:
  OpenFault(ProcessMemory& process, FreeFrames& pool) : process_(process), pool_(pool) {
    ++process_.ending.faults;
  }
  OpenFault(const OpenFault&) = delete;
  OpenFault& operator=(const OpenFault&) = delete;
  ~OpenFault() {
    --process_.ending.faults;
    if (process_.is_killed()) pool_.changed();
  }

 private:
  ProcessMemory& process_;
  FreeFrames& pool_;
};

}  // namespace faultpath::models
