// Reader-writer lock with queued writers: a waiting writer holds back the readers behind it.
#pragma once

#include <cstdint>
#include <utility>

#include "sim/promise_base.hpp"

namespace faultpath::sim {

class RwLock;

/// A held lock, given back by its destructor or by release().
class [[nodiscard]] RwLockHold {
 public:
  RwLockHold(RwLock& lock, bool writer) : lock_(&lock), writer_(writer) {}
  RwLockHold(RwLockHold&& other) noexcept
      : lock_(std::exchange(other.lock_, nullptr)), writer_(other.writer_) {}
  RwLockHold& operator=(RwLockHold&&) = delete;
  ~RwLockHold() { release(); }
  void release();

 private:
  RwLock* lock_;
  bool writer_;
};

/// First come, first served between readers and writers, as Linux's rw_semaphore without stealing:
/// the convoy behind a writer is what mmap_lock is known for.
class RwLock final : private Grantor {
 public:
  explicit RwLock(const char* name = "") : name_(name) {}

  /// `auto hold = co_await lock.read()`.
  auto read() { return Acquire{*this, false}; }
  /// `auto hold = co_await lock.write()`.
  auto write() { return Acquire{*this, true}; }

  std::uint32_t readers() const { return readers_; }
  bool written() const { return writer_; }
  std::size_t waiting() const { return waiters_.size(); }

 private:
  friend class RwLockHold;
  struct Acquire {
    RwLock& lock;
    bool writer;
    bool await_ready() const { return lock.waiters_.empty() && lock.try_enter(writer); }
    template <class Promise>
    void await_suspend(std::coroutine_handle<Promise> self) {
      self.promise().set_tag(writer ? kWriter : 0);
      self.promise().granted_by(&lock);
      self.promise().wait_in(lock.waiters_, {writer ? "write lock" : "read lock", lock.name_});
    }
    RwLockHold await_resume() const { return {lock, writer}; }
  };

  // Tags of waiters.
  static constexpr std::int64_t kWriter = 1;
  static constexpr std::int64_t kGranted = 2;

  // Without the lock yet, a writer that gives up lets the readers behind it in.
  void take_back(PromiseBase& waiter) override {
    if ((waiter.tag() & kGranted) == 0) return serve();
    leave((waiter.tag() & kWriter) != 0);
  }

  bool try_enter(bool writer) {
    if (writer_ || (writer && readers_ != 0)) return false;
    writer_ = writer;
    if (!writer) ++readers_;
    return true;
  }
  void leave(bool writer) {
    if (writer) writer_ = false;
    if (!writer) --readers_;
    serve();
  }
  void serve() {
    while (!waiters_.empty() && try_enter(waiters_.front().tag() == kWriter)) {
      PromiseBase& waiter = waiters_.pop_front();
      waiter.set_tag(waiter.tag() | kGranted);
      waiter.wake(this);
    }
  }

  const char* name_;
  WaitList waiters_;
  std::uint32_t readers_ = 0;
  bool writer_ = false;
};

inline void RwLockHold::release() {
  if (lock_ != nullptr) std::exchange(lock_, nullptr)->leave(writer_);
}

}  // namespace faultpath::sim
