// Taking credits and indices, and giving them back.
#include "models/device/group_table.hpp"

#include "sim/ensure.hpp"

namespace faultpath::models {

void GroupTable::allocate(std::uint32_t allocation) {
  ENSURE(has_all_credits(), "an allocation changes while nothing is outstanding");
  allocation_ = credits_ = allocation;
}

PrgIndex GroupTable::take(std::uint32_t requests) {
  ENSURE(requests >= 1 && requests <= credits_, "a request needs a credit");
  credits_ -= requests;
  PageRequestGroup& group = groups_.take();
  group.requests = requests;
  group.sent = group.stale = group.given_up = group.answered_in_time = false;
  return {static_cast<std::uint16_t>(groups_.number_of(group))};
}

void GroupTable::release(PrgIndex index) {
  PageRequestGroup& group = groups_[index.value];
  credits_ += group.requests;
  group.requests = 0;
  group.sent = false;
  ENSURE(credits_ <= allocation_, "credits come back once");
  groups_.give(group);
}

PageRequestGroup* GroupTable::find_sent(PrgIndex index) {
  if (index.value >= groups_.size()) return nullptr;
  PageRequestGroup& group = groups_[index.value];
  return group.sent ? &group : nullptr;
}

// The process that waits for the answer goes on at once, without an answer.
void GroupTable::make_stale(PageRequestGroup& group) {
  group.stale = true;
  group.answered_in_time = false;
  group.answered.raise();
}

void GroupTable::forget(const Requesters& those) {
  groups_.for_each([&](PageRequestGroup& group) {
    if (!group.sent || !those.contain(group.who)) return;
    credits_ += group.requests;
    group.requests = 0;
    if (!group.stale) make_stale(group);
  });
}

void GroupTable::cut_off(const Requesters& those) {
  groups_.for_each([&](PageRequestGroup& group) {
    if (group.sent && !group.stale && those.contain(group.who)) make_stale(group);
  });
}

void GroupTable::give_up(const Requesters& those) {
  groups_.for_each([&](PageRequestGroup& group) {
    if (!group.sent || group.stale || !those.contain(group.who)) return;
    group.given_up = true;
    make_stale(group);
  });
}

GroupTable::Remains GroupTable::given_up() const {
  Remains left;
  groups_.for_each([&](const PageRequestGroup& group) {
    if (!group.sent || !group.given_up) return;
    ++left.groups;
    left.requests += group.requests;
  });
  return left;
}

void GroupTable::abandon(const Requesters& those) {
  groups_.for_each([&](const PageRequestGroup& group) {
    if (!group.sent || !group.stale || !those.contain(group.who)) return;
    release(PrgIndex{static_cast<std::uint16_t>(groups_.number_of(group))});
  });
}

std::uint32_t GroupTable::stale(FunctionNumber function) const {
  std::uint32_t count = 0;
  groups_.for_each([&](const PageRequestGroup& group) {
    count += group.sent && group.stale && group.who.function == function;
  });
  return count;
}

}  // namespace faultpath::models
