// Credits and group indices of a Page Request Interface.
#include "models/device/page_request_interface.hpp"

#include <algorithm>

#include "models/base/response_codes.hpp"
#include "sim/ensure.hpp"

namespace faultpath::models {

PageRequestInterface::PageRequestInterface(const PriSpec& spec)
    : allocation_(spec.allocation),
      credits_(spec.allocation),
      pasid_required_(spec.response_pasid_required) {}

FunctionNumber PageRequestInterface::join(const Wire<DownMessage>& way) {
  ways_.push_back(&way);
  ENSURE(ways_.size() <= 1U << kFunctionBits, "requester IDs have 16 bits");
  return {static_cast<std::uint16_t>(ways_.size() - 1)};
}

sim::Time PageRequestInterface::next_arrival(sim::Time now) const {
  sim::Time next = sim::kEndOfTime;
  for (const Wire<DownMessage>* way : ways_) {
    next = std::min({next, way->next_arrival(), now + way->shortest()});
  }
  return next;
}

// What waits carries who it is and how much it wants, in one number.
std::int64_t PageRequestInterface::tag_of(std::uint32_t requests, Requester who) {
  const std::uint64_t key = std::uint64_t{who.function.value} << kPasidBits | who.pasid.value;
  return static_cast<std::int64_t>(std::uint64_t{requests} << (kPasidBits + kFunctionBits) | key);
}
std::uint32_t PageRequestInterface::requests_of(std::int64_t tag) {
  return static_cast<std::uint32_t>(tag >> (kPasidBits + kFunctionBits));
}
Requester PageRequestInterface::requester_of(std::int64_t tag) {
  const auto key = static_cast<std::uint64_t>(tag);
  return {{static_cast<std::uint16_t>(key >> kPasidBits)},
          {static_cast<std::uint32_t>(key & ((1U << kPasidBits) - 1))}};
}

PrgIndex PageRequestInterface::take(std::uint32_t requests) {
  ENSURE(requests >= 1 && requests <= credits_, "a request needs a credit");
  credits_ -= requests;
  Group& group = groups_.take();
  group.requests = requests;
  group.sent = group.stale = group.answered_in_time = false;
  return {static_cast<std::uint16_t>(groups_.number_of(group))};
}

void PageRequestInterface::release(PrgIndex index) {
  Group& group = groups_[index.value];
  credits_ += group.requests;
  group.requests = 0;
  group.sent = false;
  ENSURE(credits_ <= allocation_, "credits come back once");
  groups_.give(group);
}

void PageRequestInterface::give_back(PrgIndex index) {
  release(index);
  admit();
}

// On PASID and index if responses carry the PASID, else on the index alone (PCIe 10.4.2.2).
bool PageRequestInterface::matches(const Group& group, const GroupResponse& response) const {
  if (!group.sent) return false;
  return !pasid_required_ || group.who.pasid == response.pasid.value_or(Pasid{});
}

PageRequestInterface::Receipt PageRequestInterface::receive(const GroupResponse& response) {
  if (response.index.value >= groups_.size()) return Receipt::unknown;
  Group& group = groups_[response.index.value];
  if (!matches(group, response)) return Receipt::unknown;
  const bool stale = group.stale;
  group.code = meaning_of(response.code);
  release(response.index);
  if (group.code == ResponseCode::failure && !stale) {
    failed_ = true;
    refuse_those([](Requester) { return true; });
  }
  admit();
  if (stale) {
    drained_.notify_all();
    return Receipt::stale;
  }
  group.answered_in_time = true;
  group.answered.raise();
  return Receipt::outstanding;
}

// The process that waits for the answer goes on without one.
void PageRequestInterface::cut_off(Group& group) {
  group.stale = true;
  group.answered_in_time = false;
  group.answered.raise();
}

void PageRequestInterface::forget(FunctionNumber function) {
  forget_those([function](Requester who) { return who.function == function; });
}

template <class Which>
void PageRequestInterface::forget_those(Which which) {
  refuse_those(which);
  groups_.for_each([&](Group& group) {
    if (!group.sent || !which(group.who)) return;
    credits_ += group.requests;
    group.requests = 0;
    if (!group.stale) cut_off(group);
  });
  admit();
}

void PageRequestInterface::retire(Requester who) {
  refuse(who);
  groups_.for_each([&](Group& group) {
    if (group.sent && !group.stale && group.who == who) cut_off(group);
  });
}

void PageRequestInterface::refuse(Requester who) {
  refuse_those([who](Requester other) { return other == who; });
}

void PageRequestInterface::abandon(FunctionNumber function) {
  abandon_those([function](Requester who) { return who.function == function; });
}

void PageRequestInterface::abandon(Requester who) {
  abandon_those([who](Requester other) { return other == who; });
}

template <class Which>
void PageRequestInterface::abandon_those(Which which) {
  groups_.for_each([&](const Group& group) {
    if (!group.sent || !group.stale || !which(group.who)) return;
    release(PrgIndex{static_cast<std::uint16_t>(groups_.number_of(group))});
  });
  admit();
}

void PageRequestInterface::disable() {
  enabled_ = false;
  refuse_those([](Requester) { return true; });
}

std::optional<bool> PageRequestInterface::stopped() const {
  if (enabled_) return std::nullopt;
  return credits_ == allocation_;
}

// Answers that still come find stale groups, as after a reset of the function.
bool PageRequestInterface::reset_counters() {
  if (enabled_) return false;
  forget_those([](Requester) { return true; });
  return true;
}

bool PageRequestInterface::enable(std::uint32_t allocation) {
  if (stopped() != true) return false;
  allocation_ = credits_ = allocation;
  enabled_ = true;
  failed_ = false;
  enabling_.notify_all();
  return true;
}

std::uint32_t PageRequestInterface::stale(FunctionNumber function) const {
  std::uint32_t count = 0;
  groups_.for_each([&](const Group& group) {
    count += group.sent && group.stale && group.who.function == function;
  });
  return count;
}

void PageRequestInterface::admit() {
  while (!waiting_.empty()) {
    const std::uint32_t requests = requests_of(waiting_.front().tag());
    if (!available(requests)) return;
    let_go(waiting_.pop_front(), take(requests).value);
  }
}

// The others keep their order.
template <class Which>
void PageRequestInterface::refuse_those(Which which) {
  for (std::size_t left = waiting_.size(); left > 0; --left) {
    sim::PromiseBase& waiter = waiting_.pop_front();
    if (which(requester_of(waiter.tag()))) {
      let_go(waiter, kRefused);
    } else {
      waiting_.push_back(waiter);
    }
  }
}

void PageRequestInterface::let_go(sim::PromiseBase& waiter, std::int64_t tag) {
  waiter.set_tag(tag);
  ++waking_;
  waiter.wake(this);
}

void PageRequestInterface::take_back(sim::PromiseBase& waiter) {
  --waking_;
  if (waiter.tag() == kRefused) return;
  release(PrgIndex{static_cast<std::uint16_t>(waiter.tag())});
  admit();
}

}  // namespace faultpath::models
