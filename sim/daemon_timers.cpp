// When timers of services fire, and when they stop.
#include "sim/daemon_timers.hpp"

#include <algorithm>

#include "sim/simulation.hpp"

namespace faultpath::sim {

void DaemonDelay::suspend(PromiseBase& promise) {
  promise.set_tag(reinterpret_cast<std::intptr_t>(this));
  timers_.add(*this, promise);
}

DaemonDelay& DaemonTimers::delay_of(const PromiseBase& waiter) {
  return *reinterpret_cast<DaemonDelay*>(waiter.tag());
}

void DaemonTimers::add(DaemonDelay& delay, PromiseBase& waiter) {
  delay.registered_ = ticks_;
  waiter.wait_in(waiting_, delay.reason_);
  arm(delay.due_);
}

// A timer beyond the end of time is never due.
void DaemonTimers::arm(Time due) {
  if (due > kLatest || (armed_ && armed_for_ <= due)) return;
  Calendar& calendar = simulation_.calendar();
  if (armed_) calendar.cancel(event_);
  armed_ = true;
  armed_for_ = due;
  event_ = calendar.schedule(due, handler_of<&DaemonTimers::tick>(*this));
}

void DaemonTimers::tick() {
  armed_ = false;
  if (!may_go_on()) return;
  ++ticks_;
  fire_those_due();
  Time next = kEndOfTime;
  for_each([&](DaemonDelay& delay) { next = std::min(next, delay.due_); });
  arm(next);
}

bool DaemonTimers::may_go_on() {
  if (!simulation_.only_services_act()) {
    rounds_ = 0;
    return true;
  }
  if (simulation_.foreground_processes() == 0) return false;
  // A service is at work, and what it does may help: no round.
  if (simulation_.calendar().pending() > events()) return true;
  const Time progress = simulation_.last_progress();
  if (rounds_ == 0 || progress != progress_) {
    progress_ = progress;
    round_from_ = ticks_;
    rounds_ = 1;
  } else if (round_is_over()) {
    round_from_ = ticks_;
    ++rounds_;
  }
  return rounds_ <= kRounds;
}

bool DaemonTimers::round_is_over() {
  bool over = true;
  for_each([&](DaemonDelay& delay) { over = over && delay.registered_ > round_from_; });
  return over;
}

// One that waits again while this goes on takes its place at the end.
void DaemonTimers::fire_those_due() {
  WaitList due;
  for (std::size_t left = waiting_.size(); left > 0; --left) {
    PromiseBase& waiter = waiting_.pop_front();
    (delay_of(waiter).due_ <= simulation_.now() ? due : waiting_).push_back(waiter);
  }
  while (!due.empty()) due.pop_front().resume_now();
}

template <class Visit>
void DaemonTimers::for_each(Visit visit) {
  for (std::size_t left = waiting_.size(); left > 0; --left) {
    PromiseBase& waiter = waiting_.pop_front();
    visit(delay_of(waiter));
    waiting_.push_back(waiter);
  }
}

}  // namespace faultpath::sim
