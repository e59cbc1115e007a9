// Deciding which arrivals send a message, and when.
#include "models/iommu/interrupt_policy.hpp"

#include <variant>

#include "sim/ensure.hpp"

namespace faultpath::models {
namespace {

bool stored(const Arrival& arrival) { return arrival.fate == Arrival::Fate::queued; }

}  // namespace

InterruptPolicy::InterruptPolicy(sim::Simulation& simulation, const InterruptPolicySpec& spec,
                                 const PageRequestQueue& queue, const StatisticsWindow& window,
                                 std::uint64_t& sent)
    : simulation_(simulation), spec_(spec), queue_(queue), window_(window), sent_(sent) {
  ENSURE(!std::holds_alternative<InterruptPerKind>(spec), "the kind's rule is in its queue");
}

void InterruptPolicy::before_arrival() {
  was_empty_ = queue_.occupied() == 0;
  if (queue_.may_interrupt()) outstanding_ = false;
}

void InterruptPolicy::after_arrival(const PageRequest& request, const Arrival& arrival) {
  if (std::holds_alternative<InterruptPolled>(spec_)) {
    if (stored(arrival) || arrival.overflowed) target_->interrupt();
    return;
  }
  const bool due =
      std::visit([&](const auto& policy) { return deserves(policy, request, arrival); }, spec_);
  if (due || arrival.overflowed) send();
}

bool InterruptPolicy::deserves(const InterruptPerMessage&, const PageRequest&,
                               const Arrival& arrival) {
  return stored(arrival);
}

bool InterruptPolicy::deserves(const InterruptFirstIntoEmpty&, const PageRequest&,
                               const Arrival& arrival) {
  return stored(arrival) && was_empty_;
}

// Should the last request of a group be answered by the queue instead, those before it still wait
// in the queue for somebody to look.
bool InterruptPolicy::deserves(const InterruptLastOnly&, const PageRequest& request,
                               const Arrival& arrival) {
  return queue_.ends_group(request) && (stored(arrival) || !was_empty_);
}

bool InterruptPolicy::deserves(const InterruptCoalesced& spec, const PageRequest&,
                               const Arrival& arrival) {
  if (!stored(arrival)) return false;
  if (was_empty_) unsaid_ = 0;
  if (++unsaid_ == 1) arm(spec.time);
  return unsaid_ >= spec.count;
}

// The timer of an earlier request that comes too soon is put off in expire().
void InterruptPolicy::arm(sim::Duration time) {
  deadline_ = simulation_.now() + time;
  if (timer_pending_) return;
  timer_pending_ = true;
  simulation_.calendar().schedule(deadline_, sim::handler_of<&InterruptPolicy::expire>(*this));
}

void InterruptPolicy::expire() {
  timer_pending_ = false;
  if (unsaid_ == 0 || queue_.occupied() == 0) return;
  if (simulation_.now() >= deadline_) return send();
  arm(deadline_ - simulation_.now());
}

// A message that is held back is not needed: software has yet to clear the bits, and looks then.
void InterruptPolicy::send() {
  unsaid_ = 0;
  if (outstanding_) return;
  outstanding_ = !queue_.may_interrupt();
  sent_ += window_.covers(simulation_.now());
  target_->interrupt();
}

}  // namespace faultpath::models
