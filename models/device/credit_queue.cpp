// Letting in and refusing those who wait for credits.
#include "models/device/credit_queue.hpp"

namespace faultpath::models {
namespace {

// A waiting coroutine has one number as its tag: its requester and how many credits it wants. When
// it is let go the tag is the index that it has got, or kRefused.
constexpr unsigned kPasidBits = 20, kFunctionBits = 16;
constexpr std::int64_t kRefused = -1;

std::int64_t tag_of(std::uint32_t requests, Requester who) {
  const std::uint64_t key = std::uint64_t{who.function.value} << kPasidBits | who.pasid.value;
  return static_cast<std::int64_t>(std::uint64_t{requests} << (kPasidBits + kFunctionBits) | key);
}
std::uint32_t requests_of(std::int64_t tag) {
  return static_cast<std::uint32_t>(tag >> (kPasidBits + kFunctionBits));
}
Requester requester_of(std::int64_t tag) {
  const auto key = static_cast<std::uint64_t>(tag);
  return {{static_cast<std::uint16_t>(key >> kPasidBits)},
          {static_cast<std::uint32_t>(key & ((1U << kPasidBits) - 1))}};
}

}  // namespace

void CreditQueue::join(sim::PromiseBase& waiter, std::uint32_t requests, Requester who) {
  waiter.set_tag(tag_of(requests, who));
  waiter.wait_in(waiting_, {"page request credits", ""});
}

std::optional<PrgIndex> CreditQueue::leave(const sim::PromiseBase& waiter) {
  --waking_;
  if (waiter.tag() == kRefused) return std::nullopt;
  return PrgIndex{static_cast<std::uint16_t>(waiter.tag())};
}

void CreditQueue::admit() {
  while (!waiting_.empty()) {
    const std::uint32_t requests = requests_of(waiting_.front().tag());
    if (!groups_.available(requests)) return;
    let_go(waiting_.pop_front(), groups_.take(requests).value);
  }
}

void CreditQueue::refuse(const Requesters& those) {
  for (std::size_t left = waiting_.size(); left > 0; --left) {
    sim::PromiseBase& waiter = waiting_.pop_front();
    if (those.contain(requester_of(waiter.tag()))) {
      let_go(waiter, kRefused);
    } else {
      waiting_.push_back(waiter);
    }
  }
}

void CreditQueue::let_go(sim::PromiseBase& waiter, std::int64_t tag) {
  waiter.set_tag(tag);
  ++waking_;
  waiter.wake(this);
}

// The coroutine was destroyed between let_go() and its resumption.
void CreditQueue::take_back(sim::PromiseBase& waiter) {
  const std::optional<PrgIndex> index = leave(waiter);
  if (!index) return;
  groups_.release(*index);
  admit();
}

}  // namespace faultpath::models
