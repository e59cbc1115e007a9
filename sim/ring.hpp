// Ring: a first-in, first-out buffer that grows by doubling and never shrinks.
#pragma once

#include <cstddef>
#include <vector>

namespace faultpath::sim {

/// Constant time at both ends and no allocation once it has grown.
template <class T>
class Ring {
 public:
  bool empty() const { return head_ == tail_; }
  std::size_t size() const { return tail_ - head_; }
  const T& front() const { return items_[head_ & mask()]; }
  T& front() { return items_[head_ & mask()]; }
  /// The `i`-th from the front. Requires i < size().
  const T& operator[](std::size_t i) const { return items_[(head_ + i) & mask()]; }
  void pop_front() { ++head_; }
  void push_back(const T& item) { emplace_back() = item; }
  /// A place at the end, with what was there before in it: to be assigned.
  T& emplace_back() {
    if (size() == items_.size()) grow();
    return items_[tail_++ & mask()];
  }

 private:
  std::size_t mask() const { return items_.size() - 1; }
  void grow() {
    std::vector<T> larger(items_.empty() ? 4 : 2 * items_.size());
    const std::size_t count = size();
    for (std::size_t i = 0; i < count; ++i) larger[i] = items_[(head_ + i) & mask()];
    items_ = std::move(larger);
    head_ = 0;
    tail_ = count;
  }

  std::vector<T> items_;
  std::size_t head_ = 0;
  std::size_t tail_ = 0;
};

}  // namespace faultpath::sim
