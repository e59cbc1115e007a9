// Lruvec: the two lists from which reclaim takes frames.
#pragma once

#include <cstdint>

#include "models/memory/frame_table.hpp"

namespace faultpath::models {

/// Frames that are resident and not pinned, the inactive and the active ones, each list with the
/// oldest first. Source: Linux, struct lruvec.
class Lruvec {
 public:
  explicit Lruvec(FrameTable& frames) : frames_(frames), inactive_(frames), active_(frames) {}

  std::uint64_t size() const { return inactive_.size() + active_.size(); }
  /// A frame that is used for the first time, or that has lost its last pin.
  void add(FrameNumber frame) {
    frames_.at(frame).clear(kActive);
    inactive_.push_back(frame);
  }
  /// A frame that has been used again.
  void activate(FrameNumber frame) {
    frames_.at(frame).set(kActive);
    active_.push_back(frame);
  }
  /// Takes a frame off the list that it is on, if it is on one.
  void remove(FrameNumber frame) {
    const Frame& state = frames_.at(frame);
    if (state.has(kListed)) (state.has(kActive) ? active_ : inactive_).remove(frame);
  }

  /// Linux keeps the inactive list at least as long as the active one for small memories:
  /// `deactivated(frame)` hears of each that goes back.
  template <class Deactivated>
  void balance(Deactivated deactivated) {
    while (inactive_.size() < active_.size()) {
      const FrameNumber frame = active_.pop_front();
      deactivated(frame);
      add(frame);
    }
  }
  /// The oldest inactive frame, off its list; kNoFrame if there is none.
  FrameNumber pop_oldest() { return inactive_.empty() ? kNoFrame : inactive_.pop_front(); }

 private:
  FrameTable& frames_;
  FrameList inactive_, active_;
};

}  // namespace faultpath::models
