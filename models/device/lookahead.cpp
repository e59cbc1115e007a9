// The horizon of a device, computed from everything that has been announced.
#include "models/device/lookahead.hpp"

#include <algorithm>

namespace faultpath::models {

sim::Time Lookahead::horizon() {
  const bool waking = woken_ > 0 || around_.pri.waking();
  if (!enabled_ || held_ > 0 || waking) return now();
  sim::Time limit = std::min(around_.stop.horizon(now()), around_.down.next_arrival());
  limit = std::min(limit, next_due());
  if (around_.pri.shared() && expects()) limit = std::min(limit, around_.pri.next_arrival(now()));
  if (revocable_ || expects()) limit = std::min(limit, now() + around_.down.shortest());
  return limit;
}

sim::Time Lookahead::horizon_after_miss(sim::Time at) {
  return std::min(at + around_.up.shortest() + around_.down.shortest(), next_due());
}

// Times that were announced by announce() and have passed are dropped here.
sim::Time Lookahead::next_due() {
  while (!due_.empty() && due_.top() < now()) due_.pop();
  return due_.empty() ? sim::kEndOfTime : due_.top();
}

// Every earlier time has passed, so the first one is that of the caller.
void Lookahead::happened() {
  interfere();
  ENSURE(next_due() == now(), "what is announced happens at its time");
  due_.pop();
}

}  // namespace faultpath::models
