// Coroutine frames from free lists by size class, so that a fault costs no call to malloc.
#pragma once

#include <array>
#include <cstddef>
#include <new>

namespace faultpath::sim {

/// Classes of 64 bytes up to 2 KiB; larger frames go to operator new. Freed frames are kept for the
/// life of the process. Under AddressSanitizer every frame goes to operator new, to be watched.
class FramePool {
 public:
  static void* allocate(std::size_t bytes) {
    const std::size_t size_class = class_of(bytes);
    if (!kPooled || size_class >= kClasses) return ::operator new(bytes);
    if (free_[size_class] == nullptr) refill(size_class);
    FreeFrame* const frame = free_[size_class];
    free_[size_class] = frame->next;
    return frame;
  }
  static void release(void* frame, std::size_t bytes) {
    const std::size_t size_class = class_of(bytes);
    if (!kPooled || size_class >= kClasses) return ::operator delete(frame);
    free_[size_class] = new (frame) FreeFrame{free_[size_class]};
  }

 private:
#ifdef FAULTPATH_SANITIZE
  static constexpr bool kPooled = false;
#else
  static constexpr bool kPooled = true;
#endif
  static constexpr std::size_t kClassBytes = 64;
  static constexpr std::size_t kClasses = 32;

  struct FreeFrame {
    FreeFrame* next;
  };

  static constexpr std::size_t class_of(std::size_t bytes) { return (bytes - 1) / kClassBytes; }
  static void refill(std::size_t size_class);

  // A simulation is single-threaded; a run is a process of its own.
  static inline std::array<FreeFrame*, kClasses> free_{};
};

}  // namespace faultpath::sim
