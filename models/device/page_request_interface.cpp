// Credits and group indices of a Page Request Interface.
#include "models/device/page_request_interface.hpp"

#include "models/response_codes.hpp"
#include "sim/ensure.hpp"

namespace faultpath::models {

PageRequestInterface::PageRequestInterface(const PriSpec& spec)
    : allocation_(spec.allocation), credits_(spec.allocation) {}

PrgIndex PageRequestInterface::take(std::uint32_t requests) {
  ENSURE(requests >= 1 && requests <= credits_, "a request needs a credit");
  credits_ -= requests;
  if (free_.empty()) {
    free_.push_back(static_cast<std::uint16_t>(groups_.size()));
    groups_.emplace_back();
  }
  const PrgIndex index{free_.back()};
  free_.pop_back();
  groups_[index.value].requests = requests;
  return index;
}

void PageRequestInterface::release(PrgIndex index) {
  Group& group = groups_[index.value];
  credits_ += group.requests;
  group.requests = 0;
  ENSURE(credits_ <= allocation_, "credits come back once");
  free_.push_back(index.value);
}

bool PageRequestInterface::receive(const GroupResponse& response) {
  if (response.index.value >= groups_.size()) return false;
  Group& group = groups_[response.index.value];
  if (group.requests == 0) return false;
  group.code = meaning_of(response.code);
  release(response.index);
  admit();
  group.answered.raise();
  return true;
}

void PageRequestInterface::admit() {
  while (!waiting_.empty()) {
    sim::PromiseBase& next = waiting_.front();
    const auto requests = static_cast<std::uint32_t>(next.tag());
    if (!available(requests)) return;
    waiting_.pop_front();
    next.set_tag(take(requests).value);
    ++waking_;
    next.wake(this);
  }
}

void PageRequestInterface::take_back(sim::PromiseBase& waiter) {
  --waking_;
  release(PrgIndex{static_cast<std::uint16_t>(waiter.tag())});
  admit();
}

}  // namespace faultpath::models
