// The lists through frames.
#include "models/memory/frame_table.hpp"

#include "sim/ensure.hpp"

namespace faultpath::models {

void FrameList::push_back(FrameNumber number) {
  Frame& frame = frames_.at(number);
  ENSURE(!frame.has(kListed), "a frame is on one list at a time");
  frame.set(kListed);
  frame.previous = back_;
  frame.next = kNoFrame;
  if (back_ != kNoFrame) frames_.at(back_).next = number;
  if (front_ == kNoFrame) front_ = number;
  back_ = number;
  ++size_;
}

void FrameList::remove(FrameNumber number) {
  Frame& frame = frames_.at(number);
  ENSURE(frame.has(kListed), "only a listed frame leaves a list");
  frame.clear(kListed);
  (frame.previous == kNoFrame ? front_ : frames_.at(frame.previous).next) = frame.next;
  (frame.next == kNoFrame ? back_ : frames_.at(frame.next).previous) = frame.previous;
  --size_;
}

FrameNumber FrameList::pop_front() {
  const FrameNumber number = front_;
  remove(number);
  return number;
}

}  // namespace faultpath::models
