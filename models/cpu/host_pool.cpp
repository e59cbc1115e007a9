// Who runs on the cores of a pool, and whose turn comes next.
#include "models/cpu/host_pool.hpp"

#include <algorithm>
#include <utility>

#include "sim/ensure.hpp"

namespace faultpath::models {
namespace {

// A thread that wakes another before it leaves its virtual CPU is seen by the first look, one that
// does so afterwards by the second.
constexpr std::uint8_t kLooks = 2;

}  // namespace

VirtualCpuTimes HostPool::Member::times(const StatisticsWindow& window, sim::Time now) const {
  VirtualCpuTimes times = counted_;
  if (state_ == State::running) times.run += covered(window, since_, now);
  if (state_ == State::queued) times.stolen += covered(window, since_, now);
  return times;
}

HostPool::HostPool(sim::Simulation& simulation, unsigned cores, sim::Duration slice,
                   const StatisticsWindow& window)
    : simulation_(simulation), cores_(cores), slice_(slice), window_(window) {
  ENSURE(cores_ >= 1 && slice_ > sim::Duration::zero(), "a pool has cores and slices");
}

void HostPool::want(Member& member) {
  if (std::exchange(member.leaving_, 0) > 0) return arm();
  ENSURE(member.state_ == Member::State::resting, "a virtual CPU waits in one queue at a time");
  enter(member, Member::State::queued);
  queue_.push_back(&member);
  dispatch();
}

void HostPool::rest(Member& member, sim::Time polled_until) {
  member.polled_until_ = polled_until;
  if (!member.runs()) {
    std::erase(queue_, &member);
    member.waiters_.clear();
    enter(member, Member::State::resting);
    return arm();
  }
  member.leaving_ = kLooks;
  if (std::exchange(member.listed_, true)) return;
  leaving_.push_back(&member);
  if (leaving_.size() == 1) simulation_.calendar().post(sim::handler_of<&HostPool::settle>(*this));
}

void HostPool::settle() {
  std::vector<Member*> gone;
  std::erase_if(leaving_, [&](Member* member) {
    if (member->leaving_ > 1) return --member->leaving_, false;
    member->listed_ = false;
    if (std::exchange(member->leaving_, 0) == 1) gone.push_back(member);
    return true;
  });
  if (!leaving_.empty()) simulation_.calendar().post(sim::handler_of<&HostPool::settle>(*this));
  for (Member* const member : gone) {
    member->waiters_.clear();
    std::erase(running_, member);
    enter(*member, Member::State::resting);
    if (member->polled_until_ > now()) polled_.push_back(member);
  }
  dispatch();
}

void HostPool::wait(Member& member, sim::PromiseBase& waiter, sim::Duration work,
                    sim::WaitReason reason) {
  const sim::Duration ran = member.ran(now());
  if (member.runs()) {
    std::erase_if(member.waiters_, [&](const auto& other) { return other.target <= ran; });
    waiter.wait_for(simulation_.calendar().schedule_after(work, waiter.resumption()), reason);
  } else {
    waiter.wait_outside(reason);
  }
  member.waiters_.push_back({&waiter, ran + work, reason});
  arm();
}

void HostPool::forget(Member& member, const sim::PromiseBase* waiter) {
  std::erase_if(member.waiters_, [&](const auto& other) { return other.promise == waiter; });
}

// The time in the state before is counted.
void HostPool::enter(Member& member, Member::State state) {
  member.counted_ = member.times(window_, now());
  member.ran_ = member.ran(now());
  member.since_ = now();
  member.state_ = state;
}

void HostPool::dispatch() {
  while (running_.size() < cores_ && !queue_.empty()) {
    Member& next = *queue_.front();
    queue_.pop_front();
    start(next);
  }
  arm();
}

void HostPool::start(Member& member) {
  enter(member, Member::State::running);
  member.slice_from_ = now();
  running_.push_back(&member);
  std::erase(polled_, &member);
  make_room();
  for (const Member::Waiter& waiter : member.waiters_) {
    const sim::Duration left = waiter.target - member.ran_;
    waiter.promise->wait_for(
        simulation_.calendar().schedule_after(left, waiter.promise->resumption()), waiter.reason);
  }
}

// Who has waited for long enough goes on now.
void HostPool::preempt(Member& member) {
  std::erase(running_, &member);
  enter(member, Member::State::queued);
  std::erase_if(member.waiters_, [&](const auto& waiter) { return waiter.target <= member.ran_; });
  for (const Member::Waiter& waiter : member.waiters_) waiter.promise->put_off();
}

// No more are polled than there are cores that nobody needs.
void HostPool::make_room() {
  std::erase_if(polled_, [&](const Member* member) { return member->polled_until_ < now(); });
  while (running_.size() + polled_.size() > cores_ && !polled_.empty()) {
    polled_.front()->polled_until_ = now();
    polled_.erase(polled_.begin());
  }
}

// As many turns end as wait at this moment; the slices of the others are renewed.
void HostPool::turn() {
  turn_at_ = sim::kEndOfTime;
  std::vector<Member*> due;
  for (Member* const member : running_) {
    if (member->leaving_ == 0 && slice_end(*member) == now()) due.push_back(member);
  }
  std::size_t waiting = queue_.size();
  for (Member* const member : due) {
    if (waiting == 0) {
      member->slice_from_ = now();
      continue;
    }
    --waiting;
    preempt(*member);
    Member& next = *queue_.front();
    queue_.pop_front();
    start(next);
    queue_.push_back(member);
  }
  arm();
}

void HostPool::arm() {
  sim::Time next = sim::kEndOfTime;
  if (!queue_.empty() && anybody_works()) {
    for (const Member* const member : running_) {
      if (member->leaving_ == 0) next = std::min(next, slice_end(*member));
    }
  }
  if (next == turn_at_) return;
  if (turn_at_ != sim::kEndOfTime) simulation_.calendar().cancel(turn_);
  turn_at_ = next;
  if (next == sim::kEndOfTime) return;
  turn_ = simulation_.calendar().schedule(next, sim::handler_of<&HostPool::turn>(*this));
}

// The end of a slice that has not ended before now.
sim::Time HostPool::slice_end(const Member& member) const {
  const sim::Duration gone = now() - member.slice_from_;
  const std::int64_t slices = std::max<std::int64_t>((gone - sim::Duration{1}) / slice_ + 1, 1);
  return member.slice_from_ + slices * slice_;
}

bool HostPool::works(const Member& member) const {
  const sim::Duration ran = member.ran(now());
  return std::ranges::any_of(member.waiters_, [&](const Member::Waiter& waiter) {
    return !member.runs() || waiter.target > ran;
  });
}

bool HostPool::anybody_works() const {
  const auto works_on = [this](const Member* member) { return works(*member); };
  return std::ranges::any_of(queue_, works_on) || std::ranges::any_of(running_, works_on);
}

}  // namespace faultpath::models
