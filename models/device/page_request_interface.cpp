// What answers, resets and software's control do to a Page Request Interface.
#include "models/device/page_request_interface.hpp"

#include <algorithm>

#include "models/base/response_codes.hpp"
#include "sim/ensure.hpp"

namespace faultpath::models {

PageRequestInterface::PageRequestInterface(const PriSpec& spec)
    : pasid_required_(spec.response_pasid_required), groups_(spec.allocation) {}

FunctionNumber PageRequestInterface::join(const Wire<DownMessage>& way) {
  ways_.push_back(&way);
  ENSURE(ways_.size() <= 1U << 16, "requester IDs have 16 bits");
  return {static_cast<std::uint16_t>(ways_.size() - 1)};
}

sim::Time PageRequestInterface::next_arrival(sim::Time now) const {
  sim::Time next = sim::kEndOfTime;
  for (const Wire<DownMessage>* way : ways_) {
    next = std::min({next, way->next_arrival(), now + way->shortest()});
  }
  return next;
}

void PageRequestInterface::give_back(PrgIndex index) {
  groups_.release(index);
  waiting_.admit();
}

// A response is matched by PASID and index if responses carry the PASID, else by the index alone
// (PCIe 10.4.2.2).
PageRequestInterface::Receipt PageRequestInterface::receive(const GroupResponse& response) {
  PageRequestGroup* const group = groups_.find_sent(response.index);
  if (group == nullptr) return Receipt::unknown;
  if (pasid_required_ && group->who.pasid != response.pasid.value_or(Pasid{})) {
    return Receipt::unknown;
  }
  const bool stale = group->stale;
  group->code = meaning_of(response.code);
  groups_.release(response.index);
  if (group->code == ResponseCode::failure && !stale) {
    failed_ = true;
    waiting_.refuse(Requesters::all());
  }
  waiting_.admit();
  if (stale) {
    drained_.notify_all();
    return Receipt::stale;
  }
  group->answered_in_time = true;
  group->answered.raise();
  return Receipt::outstanding;
}

void PageRequestInterface::forget_those(const Requesters& those) {
  waiting_.refuse(those);
  groups_.forget(those);
  waiting_.admit();
}

void PageRequestInterface::forget(FunctionNumber function) {
  forget_those(Requesters::of(function));
}

void PageRequestInterface::retire(Requester who) {
  refuse(who);
  groups_.cut_off(Requesters::only(who));
}

void PageRequestInterface::give_up(FunctionNumber function) {
  waiting_.refuse(Requesters::of(function));
  groups_.give_up(Requesters::of(function));
}

void PageRequestInterface::refuse(Requester who) { waiting_.refuse(Requesters::only(who)); }

void PageRequestInterface::abandon_those(const Requesters& those) {
  groups_.abandon(those);
  waiting_.admit();
}

void PageRequestInterface::abandon(FunctionNumber function) {
  abandon_those(Requesters::of(function));
}

void PageRequestInterface::abandon(Requester who) { abandon_those(Requesters::only(who)); }

void PageRequestInterface::disable() {
  enabled_ = false;
  waiting_.refuse(Requesters::all());
}

std::optional<bool> PageRequestInterface::stopped() const {
  if (enabled_) return std::nullopt;
  return groups_.has_all_credits();
}

// Answers that still come find stale groups, as after a reset of the function.
bool PageRequestInterface::reset_counters() {
  if (enabled_) return false;
  forget_those(Requesters::all());
  return true;
}

bool PageRequestInterface::enable(std::uint32_t allocation) {
  if (stopped() != true) return false;
  groups_.allocate(allocation);
  enabled_ = true;
  failed_ = false;
  enabling_.notify_all();
  return true;
}

}  // namespace faultpath::models
