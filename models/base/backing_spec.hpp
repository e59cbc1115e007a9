// What lies behind the pages of a process.
#pragma once

#include <cstdint>

namespace faultpath::models {

/// Anonymous and shared memory have swap behind them, file memory its file. `written` is anonymous
/// memory of which nobody asks what was read before it was written: every fault brings a frame.
enum class Backing { anonymous, file, shared, written };

struct BackingSpec {
  Backing kind = Backing::written;
  bool populated = false;   ///< resident before the run, as after a boot that touched everything
  bool huge_pages = false;  ///< large pages where a range is mapped as a whole
  /// Their size: 21 or 30 bits. One of 1 GiB costs the host as much as 512 of 2 MiB (assumed).
  std::uint8_t huge_page_bits = 21;
};

}  // namespace faultpath::models
