// The pool of coroutine frames: frames do not overlap and are reused.
#include "sim/frame_pool.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <cstring>
#include <vector>

namespace faultpath::sim {
namespace {

struct Frame {
  void* memory;
  std::size_t bytes;
  unsigned char pattern;
};

bool intact(const Frame& frame) {
  const auto* bytes = static_cast<const unsigned char*>(frame.memory);
  for (std::size_t i = 0; i < frame.bytes; ++i) {
    if (bytes[i] != frame.pattern) return false;
  }
  return true;
}

TEST(FramePool, FramesOfAllSizesDoNotOverlapAndAreAligned) {
  std::vector<Frame> frames;
  for (std::size_t i = 0; i < 3000; ++i) {
    const std::size_t bytes = 1 + (i * 37) % 2500;  // also beyond the largest class
    void* const memory = FramePool::allocate(bytes);
    ASSERT_EQ(reinterpret_cast<std::uintptr_t>(memory) % __STDCPP_DEFAULT_NEW_ALIGNMENT__, 0U);
    frames.push_back({memory, bytes, static_cast<unsigned char>(i)});
    std::memset(memory, frames.back().pattern, bytes);
  }
  for (const Frame& frame : frames) EXPECT_TRUE(intact(frame)) << frame.bytes;
  for (const Frame& frame : frames) FramePool::release(frame.memory, frame.bytes);
}

#ifndef FAULTPATH_SANITIZE
TEST(FramePool, AFreedFrameServesTheNextOfItsClass) {
  void* const first = FramePool::allocate(100);
  FramePool::release(first, 100);
  void* const second = FramePool::allocate(128);
  EXPECT_EQ(second, first) << "65 to 128 bytes are one class";
  FramePool::release(second, 128);
}
#endif

}  // namespace
}  // namespace faultpath::sim
