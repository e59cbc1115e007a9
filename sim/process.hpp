// Processes: coroutines that read like the thread, worker or hardware engine that they model.
#pragma once

#include <coroutine>
#include <cstdint>
#include <exception>
#include <utility>

#include "sim/promise_base.hpp"

namespace faultpath::sim {

/// A coroutine that runs on its own once it has been given to Simulation::start(). Its frame is
/// destroyed when it ends, when it is cancelled, or with the simulation. An exception that leaves
/// it ends the run and reaches the caller of Simulation::run().
///
/// Inside a co_await expression of g++ 12, avoid temporaries with destructors, and aggregates.
class [[nodiscard]] Process {
 public:
  class promise_type;

  Process(Process&& other) noexcept : frame_(std::exchange(other.frame_, nullptr)) {}
  Process& operator=(Process&&) = delete;
  ~Process() {
    if (frame_) frame_.destroy();
  }

 private:
  friend class Simulation;
  explicit Process(std::coroutine_handle<promise_type> frame) : frame_(frame) {}
  std::coroutine_handle<promise_type> frame_;
};

/// Names a started process, also after its end. Default: no process.
struct ProcessId {
  std::uint32_t slot = 0;
  std::uint32_t generation = 0;
};

class Process::promise_type : public PromiseBase {
 public:
  ~promise_type();
  Process get_return_object() {
    const auto frame = std::coroutine_handle<promise_type>::from_promise(*this);
    frame_ = frame;
    return Process{frame};
  }
  std::suspend_always initial_suspend() noexcept { return {}; }
  auto final_suspend() noexcept { return End{}; }
  void return_void() {}
  // Throws again, out of sight of the compiler: where it could see that this never returns, a
  // process whose loop has no end would get no last suspension.
  void unhandled_exception();

 private:
  friend class Simulation;
  // A last suspension, so that a frame that an exception has left is known to have ended.
  struct End {
    bool await_ready() noexcept { return false; }
    void await_suspend(std::coroutine_handle<> frame) noexcept { frame.destroy(); }
    void await_resume() noexcept {}
  };
  const char* name_ = "";
  std::uint32_t slot_ = 0;
};

}  // namespace faultpath::sim
