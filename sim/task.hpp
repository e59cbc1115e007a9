// Tasks: coroutines that a process awaits as it would call a function.
#pragma once

#include <coroutine>
#include <exception>
#include <optional>
#include <utility>

#include "sim/promise_base.hpp"

namespace faultpath::sim {

template <class T>
class Task;

/// The parts of a task's promise that do not depend on its result.
class TaskPromiseBase : public PromiseBase {
 public:
  std::suspend_always initial_suspend() noexcept { return {}; }
  auto final_suspend() noexcept { return ReturnToCaller{}; }
  void unhandled_exception() { exception_ = std::current_exception(); }

 protected:
  struct ReturnToCaller {
    bool await_ready() noexcept { return false; }
    template <class Promise>
    std::coroutine_handle<> await_suspend(std::coroutine_handle<Promise> task) noexcept {
      const std::coroutine_handle<> caller = task.promise().caller_;
      return caller ? caller : std::noop_coroutine();
    }
    void await_resume() noexcept {}
  };

  // Runs the task to its first wait; true when it has one, and so will resume the caller.
  bool enter(PromiseBase& caller, std::coroutine_handle<> caller_frame) {
    simulation_ = &caller.simulation();
    clock_ = caller.clock();
    root_ = &caller.root();
    frame_.resume();
    if (frame_.done()) return false;
    caller_ = caller_frame;
    return true;
  }

  std::coroutine_handle<> caller_;  // null until the first wait
  std::exception_ptr exception_;
};

template <class T>
class TaskPromise : public TaskPromiseBase {
 public:
  Task<T> get_return_object();
  void return_value(T value) { value_.emplace(std::move(value)); }
  T take() { return std::move(*value_); }

 private:
  std::optional<T> value_;
  template <class>
  friend class Task;
};

template <>
class TaskPromise<void> : public TaskPromiseBase {
 public:
  Task<void> get_return_object();
  void return_void() {}
  void take() {}

 private:
  template <class>
  friend class Task;
};

/// `T result = co_await task(...)`: starts the task, and goes on when it has returned; exceptions
/// pass through. A task belongs to the frame that awaits it and is destroyed with it.
template <class T = void>
class [[nodiscard]] Task {
 public:
  using promise_type = TaskPromise<T>;

  Task(Task&& other) noexcept : frame_(std::exchange(other.frame_, nullptr)) {}
  Task& operator=(Task&&) = delete;
  ~Task() {
    if (frame_) frame_.destroy();
  }

  bool await_ready() const noexcept { return false; }
  // A task that does not wait returns as a function does, so that a loop around it needs no stack
  // even where the compiler makes no tail calls.
  template <class Promise>
  bool await_suspend(std::coroutine_handle<Promise> caller) {
    return frame_.promise().enter(caller.promise(), caller);
  }
  T await_resume() {
    if (frame_.promise().exception_) std::rethrow_exception(frame_.promise().exception_);
    return frame_.promise().take();
  }

 private:
  friend promise_type;
  explicit Task(std::coroutine_handle<promise_type> frame) : frame_(frame) {}
  std::coroutine_handle<promise_type> frame_;
};

template <class T>
Task<T> TaskPromise<T>::get_return_object() {
  const auto frame = std::coroutine_handle<TaskPromise>::from_promise(*this);
  frame_ = frame;
  return Task<T>{frame};
}

inline Task<void> TaskPromise<void>::get_return_object() {
  const auto frame = std::coroutine_handle<TaskPromise>::from_promise(*this);
  frame_ = frame;
  return Task<void>{frame};
}

}  // namespace faultpath::sim
