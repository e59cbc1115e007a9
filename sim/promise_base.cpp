// Deadlines, wake-ups and early ends of coroutines that wait.
#include "sim/promise_base.hpp"

#include <algorithm>

#include "sim/simulation.hpp"

namespace faultpath::sim {

WaitList::~WaitList() {
  while (!empty()) pop_front().grantor_ = nullptr;
}

void PromiseBase::set_deadline(Time deadline) {
  wake_ = simulation_->calendar().schedule(std::max(deadline, simulation_->now()),
                                           {&PromiseBase::pass_deadline, this});
  waking_ = true;
  set_scheduled(true);
  timed_out_ = false;
}

void PromiseBase::pass_deadline(void* promise) {
  auto& self = *static_cast<PromiseBase*>(promise);
  self.waking_ = false;
  self.timed_out_ = true;
  self.set_scheduled(false);
  if (self.list_ != nullptr) self.list_->remove(self);
  self.frame_.resume();
}

void PromiseBase::wake(Grantor* grantor) {
  if (waking_) drop_deadline();
  wake_ = simulation_->calendar().post(resumption());
  waking_ = true;
  set_scheduled(true);
  grantor_ = grantor;
}

void PromiseBase::drop_deadline() {
  simulation_->calendar().cancel(wake_);
  waking_ = false;
  set_scheduled(false);
}

void PromiseBase::count_service(bool scheduled) {
  if (scheduled == root_->scheduled_) return;
  simulation_->scheduled_services_ += scheduled ? 1 : -1;
}

void PromiseBase::leave() {
  if (list_ != nullptr) list_->remove(*this);
  if (waking_) simulation_->calendar().cancel(wake_);
  if (grantor_ != nullptr) grantor_->take_back(*this);
}

}  // namespace faultpath::sim
