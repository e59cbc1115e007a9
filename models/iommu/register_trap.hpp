// Register trap: registers of a page request queue whose accesses take time, because they are
// emulated.
#pragma once

#include <cstdint>

#include "sim/task.hpp"

namespace faultpath::models {

/// What the driver accesses the registers of a queue for.
enum class RegisterUse : std::uint8_t {
  begin_run,    ///< the first access of a run of its interrupt thread
  read_tail,    ///< with it the run knows what it will look at
  write_head,   ///< at the end of a batch, or of an entry
  freed_entry,  ///< no access: such a write has just taken effect, in the same exit
  look_again,   ///< at the end of a run: overflow or other errors
};

class RegisterTrap {
 public:
  /// The driver's thread, which is on a CPU, accesses so many registers, one after the other. What
  /// it reads or writes takes effect at the end.
  virtual sim::Task<> access(RegisterUse use, unsigned registers) = 0;

 protected:
  ~RegisterTrap() = default;
};

}  // namespace faultpath::models
