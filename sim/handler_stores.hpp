// Where the calendar keeps the handlers of pending events.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/handler.hpp"

namespace faultpath::sim {

/// Handlers in slots that are used again. The slot that became free last is taken next.
class HandlerSlots {
 public:
  std::uint32_t take(Handler handler) {
    if (free_.empty()) {
      handlers_.push_back(handler);
      return static_cast<std::uint32_t>(handlers_.size() - 1);
    }
    const std::uint32_t slot = free_.back();
    free_.pop_back();
    handlers_[slot] = handler;
    return slot;
  }
  void give(std::uint32_t slot) { free_.push_back(slot); }
  /// Slots ever taken; they have the numbers below.
  std::size_t size() const { return handlers_.size(); }
  Handler& operator[](std::size_t slot) { return handlers_[slot]; }
  const Handler& operator[](std::size_t slot) const { return handlers_[slot]; }

 private:
  std::vector<Handler> handlers_;
  std::vector<std::uint32_t> free_;
};

/// Handlers first in, first out, in a ring that grows. Each has the number of its arrival.
class HandlerRing {
 public:
  HandlerRing() : handlers_(64) {}

  std::size_t size() const { return tail_ - head_; }
  std::uint64_t push(Handler handler) {
    if (size() == handlers_.size()) grow();
    (*this)[tail_] = handler;
    return tail_++;
  }
  /// Requires size() > 0, as front() does.
  Handler pop() { return (*this)[head_++]; }
  const Handler& front() const { return handlers_[head_ & (handlers_.size() - 1)]; }
  /// Requires that the handler with this number has been pushed and not popped.
  Handler& operator[](std::uint64_t number) { return handlers_[number & (handlers_.size() - 1)]; }

 private:
  void grow() {
    std::vector<Handler> larger(2 * handlers_.size());
    for (std::uint64_t at = head_; at != tail_; ++at) {
      larger[at & (larger.size() - 1)] = (*this)[at];
    }
    handlers_ = std::move(larger);
  }

  std::vector<Handler> handlers_;  // as many as a power of two
  std::uint64_t head_ = 0, tail_ = 0;
};

}  // namespace faultpath::sim
