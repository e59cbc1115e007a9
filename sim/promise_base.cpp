// Leaving and entering wait lists, deadlines and wake-ups of coroutines.
#include "sim/promise_base.hpp"

#include <algorithm>

#include "sim/ensure.hpp"
#include "sim/simulation.hpp"

namespace faultpath::sim {

WaitList::~WaitList() {
  while (!empty()) pop_front().grantor_ = nullptr;
}

void WaitList::push_back(PromiseBase& waiter) {
  ENSURE(waiter.list_ == nullptr, "a coroutine waits in one list at a time");
  waiter.list_ = this;
  waiter.previous_ = tail_;
  waiter.next_ = nullptr;
  (tail_ != nullptr ? tail_->next_ : head_) = &waiter;
  tail_ = &waiter;
  ++size_;
}

PromiseBase& WaitList::pop_front() {
  PromiseBase& waiter = *head_;
  remove(waiter);
  return waiter;
}

void WaitList::remove(PromiseBase& waiter) {
  (waiter.previous_ != nullptr ? waiter.previous_->next_ : head_) = waiter.next_;
  (waiter.next_ != nullptr ? waiter.next_->previous_ : tail_) = waiter.previous_;
  waiter.list_ = nullptr;
  --size_;
}

void PromiseBase::set_deadline(Time deadline) {
  wake_ = simulation_->calendar().schedule(std::max(deadline, simulation_->now()),
                                           {&PromiseBase::pass_deadline, this});
  waking_ = true;
  timed_out_ = false;
}

void PromiseBase::pass_deadline(void* promise) {
  auto& self = *static_cast<PromiseBase*>(promise);
  self.waking_ = false;
  self.timed_out_ = true;
  if (self.list_ != nullptr) self.list_->remove(self);
  self.frame_.resume();
}

void PromiseBase::wake(Grantor* grantor) {
  if (waking_) drop_deadline();
  wake_ = simulation_->calendar().post(resumption());
  waking_ = true;
  grantor_ = grantor;
}

void PromiseBase::drop_deadline() {
  simulation_->calendar().cancel(wake_);
  waking_ = false;
}

void PromiseBase::leave() {
  if (list_ != nullptr) list_->remove(*this);
  if (waking_) simulation_->calendar().cancel(wake_);
  if (grantor_ != nullptr) grantor_->take_back(*this);
}

}  // namespace faultpath::sim
