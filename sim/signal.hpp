// Signal: the place where coroutines wait for a message and go on in the very event that brings it.
#pragma once

#include "sim/promise_base.hpp"

namespace faultpath::sim {

/// Unlike an Event it resumes its waiters at once, nested in the caller, and remembers nothing.
/// Meant for the last statement of a message handler.
class Signal {
 public:
  std::size_t waiting() const { return waiters_.size(); }

  /// `co_await signal.wait(reason)`.
  auto wait(WaitReason reason) { return Wait{waiters_, reason}; }
  /// Resumes those who wait now, in waiting order.
  void raise() {
    for (std::size_t left = waiters_.size(); left > 0 && !waiters_.empty(); --left) {
      waiters_.pop_front().resume_now();
    }
  }

 private:
  struct Wait {
    WaitList& waiters;
    WaitReason reason;
    bool await_ready() const noexcept { return false; }
    template <class Promise>
    void await_suspend(std::coroutine_handle<Promise> self) {
      self.promise().wait_in(waiters, reason);
    }
    void await_resume() const noexcept {}
  };

  WaitList waiters_;
};

}  // namespace faultpath::sim
