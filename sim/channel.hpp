// Channel: a first-in, first-out queue of bounded capacity between processes.
#pragma once

#include <cstddef>
#include <deque>
#include <type_traits>

#include "sim/ensure.hpp"
#include "sim/promise_base.hpp"

namespace faultpath::sim {

inline constexpr std::size_t kUnbounded = static_cast<std::size_t>(-1);

/// When full: try_push() refuses, push() waits. Items leave in the order in which they came, also
/// those of waiting pushers; poppers are served in waiting order. An item handed to a popper that
/// is cancelled before it is resumed goes to the next popper. T is plain data.
template <class T>
class Channel final : private Grantor {
  static_assert(std::is_trivially_copyable_v<T>, "g++ 12: awaiters hold a T");

 public:
  explicit Channel(std::size_t capacity = kUnbounded, const char* name = "")
      : capacity_(capacity), name_(name) {
    ENSURE(capacity > 0, "a channel holds at least one item");
  }

  std::size_t size() const { return items_.size(); }
  std::size_t capacity() const { return capacity_; }
  bool empty() const { return items_.empty(); }
  bool full() const { return items_.size() >= capacity_; }

  /// False, and nothing happens, when full.
  bool try_push(const T& item) {
    if (full()) return false;
    items_.push_back(item);
    serve();
    return true;
  }
  /// `co_await channel.push(item)`.
  auto push(const T& item) { return Push{*this, item}; }
  /// `T item = co_await channel.pop()`.
  auto pop() { return Pop{*this}; }

 private:
  struct Push {
    Channel& channel;
    T item;
    bool await_ready() { return channel.pushers_.empty() && channel.try_push(item); }
    template <class Promise>
    void await_suspend(std::coroutine_handle<Promise> self) {
      self.promise().set_tag(reinterpret_cast<std::intptr_t>(&item));
      self.promise().wait_in(channel.pushers_, {"room", channel.name_});
    }
    void await_resume() const noexcept {}
  };

  struct Pop {
    Channel& channel;
    T item{};
    bool await_ready() {
      if (channel.items_.empty() || !channel.poppers_.empty()) return false;
      item = channel.take();
      return true;
    }
    template <class Promise>
    void await_suspend(std::coroutine_handle<Promise> self) {
      self.promise().set_tag(reinterpret_cast<std::intptr_t>(&item));
      self.promise().wait_in(channel.poppers_, {"item", channel.name_});
    }
    T await_resume() const { return item; }
  };

  static T& item_of(PromiseBase& waiter) { return *reinterpret_cast<T*>(waiter.tag()); }

  void take_back(PromiseBase& popper) override {
    items_.push_front(item_of(popper));
    serve();
  }
  // Hands items to waiting poppers.
  void serve() {
    while (!items_.empty() && !poppers_.empty()) {
      PromiseBase& popper = poppers_.pop_front();
      item_of(popper) = take();
      popper.wake(this);
    }
  }
  // Removes the first item and lets the longest waiting pusher in.
  T take() {
    const T item = items_.front();
    items_.pop_front();
    if (!pushers_.empty() && !full()) {
      PromiseBase& pusher = pushers_.pop_front();
      items_.push_back(item_of(pusher));
      pusher.wake();
    }
    return item;
  }

  std::size_t capacity_;
  const char* name_;
  std::deque<T> items_;
  WaitList poppers_;
  WaitList pushers_;
};

}  // namespace faultpath::sim
