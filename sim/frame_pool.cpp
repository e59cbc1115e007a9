// The free lists behind coroutine frames.
#include "sim/frame_pool.hpp"

#include <array>
#include <new>

namespace faultpath::sim {
namespace {

constexpr std::size_t kClassBytes = 64;
constexpr std::size_t kClasses = 32;
constexpr std::size_t kSlabFrames = 64;

#ifdef __SANITIZE_ADDRESS__
constexpr bool kPooled = false;
#else
constexpr bool kPooled = true;
#endif

struct FreeFrame {
  FreeFrame* next;
};

// A simulation is single-threaded; a run is a process of its own.
std::array<FreeFrame*, kClasses> free_frames{};

FreeFrame* carve_slab(std::size_t frame_bytes) {
  auto* slab = static_cast<std::byte*>(::operator new(frame_bytes * kSlabFrames));
  FreeFrame* head = nullptr;
  for (std::size_t i = kSlabFrames; i-- > 0;) {
    head = new (slab + i * frame_bytes) FreeFrame{head};
  }
  return head;
}

}  // namespace

void* FramePool::allocate(std::size_t bytes) {
  const std::size_t size_class = (bytes - 1) / kClassBytes;
  if (!kPooled || size_class >= kClasses) return ::operator new(bytes);
  FreeFrame*& head = free_frames[size_class];
  if (head == nullptr) head = carve_slab((size_class + 1) * kClassBytes);
  FreeFrame* const frame = head;
  head = frame->next;
  return frame;
}

void FramePool::release(void* frame, std::size_t bytes) {
  const std::size_t size_class = (bytes - 1) / kClassBytes;
  if (!kPooled || size_class >= kClasses) return ::operator delete(frame);
  FreeFrame*& head = free_frames[size_class];
  head = new (frame) FreeFrame{head};
}

}  // namespace faultpath::sim
