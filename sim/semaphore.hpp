// Semaphore: a counted resource, handed over first come, first served.
#pragma once

#include <cstdint>
#include <utility>

#include "sim/ensure.hpp"
#include "sim/promise_base.hpp"

namespace faultpath::sim {

class Semaphore;

/// One unit of a semaphore, given back by its destructor or by release().
class [[nodiscard]] SemaphoreUnit {
 public:
  explicit SemaphoreUnit(Semaphore& semaphore) : semaphore_(&semaphore) {}
  SemaphoreUnit(SemaphoreUnit&& other) noexcept
      : semaphore_(std::exchange(other.semaphore_, nullptr)) {}
  SemaphoreUnit& operator=(SemaphoreUnit&&) = delete;
  ~SemaphoreUnit() { release(); }
  void release();

 private:
  Semaphore* semaphore_;
};

/// A released unit goes straight to the longest waiter: nobody overtakes.
class Semaphore final : private Grantor {
 public:
  explicit Semaphore(std::uint64_t units, const char* name = "") : free_(units), name_(name) {}

  std::uint64_t free() const { return free_; }
  std::size_t waiting() const { return waiters_.size(); }

  /// Takes a unit if one is free and nobody waits.
  bool try_take() {
    if (free_ == 0) return false;
    --free_;
    return true;
  }
  /// `co_await semaphore.take()`: one unit, to be given back by give().
  auto take() { return Take{*this}; }
  /// `auto unit = co_await semaphore.hold()`: one unit, given back at the end of its scope.
  auto hold() { return Hold{{*this}}; }
  void give() {
    if (waiters_.empty()) {
      ++free_;
    } else {
      waiters_.pop_front().wake(this);
    }
  }

 private:
  void take_back(PromiseBase&) override { give(); }

  struct Take {
    Semaphore& semaphore;
    bool await_ready() const { return semaphore.try_take(); }
    template <class Promise>
    void await_suspend(std::coroutine_handle<Promise> self) {
      self.promise().wait_in(semaphore.waiters_, {"unit", semaphore.name_});
    }
    void await_resume() const noexcept {}
  };
  struct Hold : Take {
    SemaphoreUnit await_resume() const { return SemaphoreUnit{this->semaphore}; }
  };

  std::uint64_t free_;
  const char* name_;
  WaitList waiters_;
};

inline void SemaphoreUnit::release() {
  if (semaphore_ != nullptr) std::exchange(semaphore_, nullptr)->give();
}

}  // namespace faultpath::sim
