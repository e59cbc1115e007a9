// Frame table: the numbered frames of a machine that somebody has touched.
#pragma once

#include <cstdint>
#include <deque>
#include <vector>

#include "models/memory/page_array.hpp"

namespace faultpath::models {

/// The number of a frame. Numbers are given in the order of first use and used again.
enum class FrameNumber : std::uint32_t {};
inline constexpr FrameNumber kNoFrame{0xffffffff};
constexpr std::uint32_t to_index(FrameNumber frame) { return static_cast<std::uint32_t>(frame); }

/// Bits of Frame::flags.
enum FrameFlag : std::uint16_t {
  kListed = 1 << 0,  ///< on a list of reclaim
  kActive = 1 << 1,  ///< on an active one, if on a list
  // Where reclaim has lists of their own for files.
  kOfFile = 1 << 2,      ///< the page comes from a file
  kReferenced = 1 << 3,  ///< reclaim has found it used once
};

/// One 4 KiB page of machine memory that holds a page of a process.
struct Frame : Flags {
  std::uint16_t pins = 0;  ///< I/O page tables that have charged it as locked; reclaim spares it
  PageId owner = kNoPage;  ///< the reverse mapping
  FrameNumber previous = kNoFrame;  ///< in the list that it is on, as `next`
  FrameNumber next = kNoFrame;

  bool pinned() const { return pins > 0; }
};
static_assert(sizeof(Frame) == 16);

/// Frames that are free, or that belong to a range which is populated or pinned as a whole and of
/// which nobody has touched the page, have no number and take no memory: they are only counted
/// (FreeFrames). A machine of many TiB costs what is used of it.
class FrameTable {
 public:
  /// Numbers the frame of a page.
  FrameNumber add(PageId owner) {
    FrameNumber frame{static_cast<std::uint32_t>(frames_.size())};
    if (free_.empty()) {
      frames_.emplace_back();
    } else {
      frame = free_.back();
      free_.pop_back();
    }
    at(frame) = Frame{};
    at(frame).owner = owner;
    return frame;
  }
  /// The frame holds nothing any more. Requires that it is on no list and not pinned.
  void remove(FrameNumber frame) { free_.push_back(frame); }

  Frame& at(FrameNumber frame) { return frames_[to_index(frame)]; }
  const Frame& at(FrameNumber frame) const { return frames_[to_index(frame)]; }
  /// Frames that have a number now.
  std::uint64_t numbered() const { return frames_.size() - free_.size(); }

 private:
  std::deque<Frame> frames_;
  std::vector<FrameNumber> free_;
};

/// A doubly linked list of frames: the oldest at the front.
class FrameList {
 public:
  explicit FrameList(FrameTable& frames) : frames_(frames) {}

  std::uint64_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  void push_back(FrameNumber number);
  void remove(FrameNumber number);
  /// Requires that it is not empty.
  FrameNumber pop_front();

 private:
  FrameTable& frames_;
  FrameNumber front_ = kNoFrame;
  FrameNumber back_ = kNoFrame;
  std::uint64_t size_ = 0;
};

}  // namespace faultpath::models
