// Coroutine frames from free lists by size class, so that a fault costs no call to malloc.
#pragma once

#include <cstddef>

namespace faultpath::sim {

/// Classes of 64 bytes up to 2 KiB; larger frames go to operator new. Freed frames are kept for the
/// life of the process. Under AddressSanitizer every frame goes to operator new, to be watched.
class FramePool {
 public:
  static void* allocate(std::size_t bytes);
  static void release(void* frame, std::size_t bytes);
};

}  // namespace faultpath::sim
