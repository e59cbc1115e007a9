// More coroutine frames, many at a time.
#include "sim/frame_pool.hpp"

namespace faultpath::sim {
namespace {

constexpr std::size_t kSlabFrames = 64;

}  // namespace

void FramePool::refill(std::size_t size_class) {
  const std::size_t frame_bytes = (size_class + 1) * kClassBytes;
  auto* slab = static_cast<std::byte*>(::operator new(frame_bytes * kSlabFrames));
  for (std::size_t i = kSlabFrames; i-- > 0;) {
    free_[size_class] = new (slab + i * frame_bytes) FreeFrame{free_[size_class]};
  }
}

}  // namespace faultpath::sim
