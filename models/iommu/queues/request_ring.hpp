// The ring behind the page request queues in which tail one behind head is full.
#pragma once

#include <bit>
#include <cstdint>
#include <vector>

#include "models/base/messages.hpp"
#include "sim/ensure.hpp"

namespace faultpath::models {

/// N entries hold N - 1 requests (VT-d 7.4.1; RISC-V IOMMU 3.7; assumed for AMD). Head and tail are
/// registers: hardware moves the tail, software the head.
class RequestRing {
 public:
  /// Requires a power of two from 2.
  explicit RequestRing(std::uint32_t entries) { resize(entries); }

  std::uint32_t entries() const { return static_cast<std::uint32_t>(ring_.size()); }
  std::uint32_t usable_entries() const { return entries() - 1; }
  std::uint32_t occupied() const { return wrap(tail_ - head_); }
  bool full() const { return next(tail_) == head_; }
  /// Is there a request of `who`?
  bool holds(const Originator& who) const {
    std::uint32_t at = head_;
    for (std::uint32_t left = occupied(); left > 0; --left, at = next(at)) {
      if (who.sent(ring_[at])) return true;
    }
    return false;
  }
  /// Requires !full().
  void push(const PageRequest& request) {
    ring_[tail_] = request;
    tail_ = next(tail_);
  }

  std::uint32_t head() const { return head_; }
  std::uint32_t tail() const { return tail_; }
  std::uint32_t next(std::uint32_t index) const { return wrap(index + 1); }
  const PageRequest& at(std::uint32_t index) const { return ring_[index]; }
  /// Frees every entry before `head`.
  void set_head(std::uint32_t head) { head_ = wrap(head); }

  /// Other memory, with head 0; the tail stays until reset_tail(). Requires a power of two from 2.
  void resize(std::uint32_t entries) {
    check_size(entries);
    ring_.assign(entries, {});
    head_ = 0;
  }
  void reset_tail() { tail_ = 0; }
  static void check_size(std::uint32_t entries) {
    ENSURE(entries >= 2 && std::has_single_bit(entries), "the queue is a power of two from 2");
  }

 private:
  std::uint32_t wrap(std::uint32_t index) const { return index & (entries() - 1); }

  std::vector<PageRequest> ring_;
  std::uint32_t head_ = 0;
  std::uint32_t tail_ = 0;
};

}  // namespace faultpath::models
