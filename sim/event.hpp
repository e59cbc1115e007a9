// Event: a condition that processes wait for and that wakes all of them, like a completion.
#pragma once

#include "sim/promise_base.hpp"

namespace faultpath::sim {

/// Set, it lets every waiter pass, now and later, until reset(). Waiters wake in waiting order.
class Event {
 public:
  explicit Event(const char* name = "") : name_(name) {}

  bool is_set() const { return set_; }
  void reset() { set_ = false; }
  void set() {
    set_ = true;
    notify_all();
  }
  /// Wakes those who wait now and leaves the event as it is: a pulse.
  void notify_all() {
    while (!waiters_.empty()) waiters_.pop_front().wake();
  }
  std::size_t waiting() const { return waiters_.size(); }

  /// `co_await event.wait()`.
  auto wait() { return Wait{*this, kEndOfTime}; }
  /// `bool in_time = co_await event.wait_until(deadline)`; false once the deadline has passed.
  auto wait_until(Time deadline) { return Wait{*this, deadline}; }

 private:
  struct Wait {
    Event& event;
    Time deadline;
    PromiseBase* promise = nullptr;

    bool await_ready() const noexcept { return event.set_; }
    template <class Promise>
    void await_suspend(std::coroutine_handle<Promise> self) {
      promise = &self.promise();
      promise->wait_in(event.waiters_, {"event", event.name_});
      if (deadline != kEndOfTime) promise->set_deadline(deadline);
    }
    bool await_resume() const noexcept {
      return promise == nullptr || deadline == kEndOfTime || !promise->timed_out();
    }
  };

  const char* name_;
  bool set_ = false;
  WaitList waiters_;
};

}  // namespace faultpath::sim
