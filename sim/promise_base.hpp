// What every coroutine of the kernel carries: where it waits, for what, and how to take it off.
#pragma once

#include <coroutine>
#include <cstddef>
#include <cstdint>

#include "sim/calendar.hpp"
#include "sim/ensure.hpp"
#include "sim/frame_pool.hpp"

namespace faultpath::sim {

class PromiseBase;
class Simulation;

/// First come, first served list of coroutines, linked through their promises. Owns nothing; a
/// coroutine that is destroyed leaves it.
class WaitList {
 public:
  WaitList() = default;
  WaitList(const WaitList&) = delete;
  WaitList& operator=(const WaitList&) = delete;
  ~WaitList();

  bool empty() const { return head_ == nullptr; }
  std::size_t size() const { return size_; }
  PromiseBase& front() const { return *head_; }
  void push_back(PromiseBase& waiter);
  PromiseBase& pop_front();
  void remove(PromiseBase& waiter);

 private:
  PromiseBase* head_ = nullptr;
  PromiseBase* tail_ = nullptr;
  std::size_t size_ = 0;
};

/// A resource that hands itself over to a waiter; told when the waiter is destroyed between the
/// hand-over and its resumption.
class Grantor {
 public:
  virtual void take_back(PromiseBase& waiter) = 0;

 protected:
  ~Grantor() = default;
};

/// What a process is waiting for, for the report of a stuck run. Text with static storage; `where`
/// is the component path or name of the resource and outlives the wait.
struct WaitReason {
  const char* what = "";
  const char* where = "";
};

/// Base of the promises of Process and Task. A coroutine waits for one thing at a time, so the
/// links live here and awaiters need no destructor.
class PromiseBase {
 public:
  PromiseBase() = default;
  PromiseBase(const PromiseBase&) = delete;
  PromiseBase& operator=(const PromiseBase&) = delete;
  ~PromiseBase() {
    if (list_ != nullptr || waking_ || grantor_ != nullptr) leave();
  }

  static void* operator new(std::size_t bytes) { return FramePool::allocate(bytes); }
  static void operator delete(void* frame, std::size_t bytes) { FramePool::release(frame, bytes); }

  Simulation& simulation() const { return *simulation_; }
  const Time* clock() const { return clock_; }
  /// The process at the bottom of the chain of tasks.
  PromiseBase& root() const { return *root_; }
  const WaitReason& reason() const { return root_->reason_; }

  /// Waits until the calendar event `wake`, which resumes this coroutine.
  void wait_for(EventId wake, WaitReason reason) {
    wake_ = wake;
    waking_ = true;
    set_scheduled(true);
    root_->reason_ = reason;
  }
  /// Takes wait_for() back: its event is cancelled, and somebody who holds this promise calls
  /// wait_for() again. Requires that the event is pending.
  void put_off() { drop_deadline(); }
  /// Waits in `list`, until somebody calls wake().
  void wait_in(WaitList& list, WaitReason reason) {
    list.push_back(*this);
    root_->reason_ = reason;
  }
  /// Waits for somebody who holds this promise and calls wake().
  void wait_outside(WaitReason reason) { root_->reason_ = reason; }
  /// Also to be woken at `deadline`, out of the list; at once when it has passed.
  void set_deadline(Time deadline);
  /// True once the deadline has passed before wake().
  bool timed_out() const { return timed_out_; }

  /// Resumes the coroutine at the current time, after what is already due. The caller has taken it
  /// off its list; `grantor` has handed something over.
  void wake(Grantor* grantor = nullptr);

  /// Resumes the coroutine at once, nested in the caller, who has taken it off its list.
  void resume_now() {
    if (waking_) drop_deadline();
    resume(this);
  }

  /// `grantor` has handed over what this coroutine will own when it is resumed, or wants to know
  /// when it is destroyed before.
  void granted_by(Grantor* grantor) { grantor_ = grantor; }

  /// For the owner of the list in which this coroutine waits: what kind of waiter it is.
  void set_tag(std::int64_t tag) { tag_ = tag; }
  std::int64_t tag() const { return tag_; }

  /// The handler that resumes this coroutine.
  Handler resumption() { return {&PromiseBase::resume, this}; }

 protected:
  friend class WaitList;
  friend class Simulation;

  static void resume(void* promise) {
    auto& self = *static_cast<PromiseBase*>(promise);
    self.waking_ = false;
    self.grantor_ = nullptr;
    self.set_scheduled(false);
    self.root_->resumed_ = *self.clock_;
    self.frame_.resume();
  }
  static void pass_deadline(void* promise);
  void set_scheduled(bool scheduled) {
    if (root_->service_) count_service(scheduled);
    root_->scheduled_ = scheduled;
  }
  void count_service(bool scheduled);
  void leave();
  void drop_deadline();

  std::coroutine_handle<> frame_;
  Simulation* simulation_ = nullptr;
  const Time* clock_ = nullptr;
  PromiseBase* root_ = this;
  WaitList* list_ = nullptr;
  PromiseBase* previous_ = nullptr;
  PromiseBase* next_ = nullptr;
  Grantor* grantor_ = nullptr;
  std::int64_t tag_ = 0;
  EventId wake_{};
  bool waking_ = false;
  bool timed_out_ = false;
  bool scheduled_ = false;  // of a root: an event of the calendar resumes the process
  bool service_ = false;    // of a root: the process is a service
  WaitReason reason_;
  Time resumed_{};  // of a root: the last time that the process, or a task of it, went on
};

inline void WaitList::push_back(PromiseBase& waiter) {
  ENSURE(waiter.list_ == nullptr, "a coroutine waits in one list at a time");
  waiter.list_ = this;
  waiter.previous_ = tail_;
  waiter.next_ = nullptr;
  (tail_ != nullptr ? tail_->next_ : head_) = &waiter;
  tail_ = &waiter;
  ++size_;
}

inline void WaitList::remove(PromiseBase& waiter) {
  (waiter.previous_ != nullptr ? waiter.previous_->next_ : head_) = waiter.next_;
  (waiter.next_ != nullptr ? waiter.next_->previous_ : tail_) = waiter.previous_;
  waiter.list_ = nullptr;
  --size_;
}

inline PromiseBase& WaitList::pop_front() {
  PromiseBase& waiter = *head_;
  remove(waiter);
  return waiter;
}

}  // namespace faultpath::sim
