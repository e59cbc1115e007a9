// Ring: a first-in, first-out buffer that grows by doubling and never shrinks.
#pragma once

#include <array>
#include <cstddef>
#include <utility>
#include <vector>

namespace faultpath::sim {

/// Constant time at both ends and no allocation once it has grown. The first few places are its
/// own, and it starts over when it has been emptied: a short queue stays on the cache lines of its
/// owner.
template <class T>
class Ring {
 public:
  Ring() { items_ = own_.data(); }
  Ring(const Ring&) = delete;
  Ring& operator=(const Ring&) = delete;

  bool empty() const { return head_ == tail_; }
  std::size_t size() const { return tail_ - head_; }
  const T& front() const { return items_[head_ & mask_]; }
  T& front() { return items_[head_ & mask_]; }
  /// The `i`-th from the front. Requires i < size().
  const T& operator[](std::size_t i) const { return items_[(head_ + i) & mask_]; }
  void pop_front() { ++head_; }
  void push_back(const T& item) { emplace_back() = item; }
  /// A place at the end, with what was there before in it: to be assigned.
  T& emplace_back() {
    if (empty()) head_ = tail_ = 0;
    if (size() > mask_) grow();
    return items_[tail_++ & mask_];
  }

 private:
  static constexpr std::size_t kOwn = 2;

  void grow() {
    std::vector<T> larger(2 * (mask_ + 1));
    const std::size_t count = size();
    for (std::size_t i = 0; i < count; ++i) larger[i] = (*this)[i];
    more_ = std::move(larger);
    items_ = more_.data();
    mask_ = more_.size() - 1;
    head_ = 0;
    tail_ = count;
  }

  T* items_;
  std::size_t mask_ = kOwn - 1;
  std::size_t head_ = 0;
  std::size_t tail_ = 0;
  std::array<T, kOwn> own_{};
  std::vector<T> more_;
};

}  // namespace faultpath::sim
