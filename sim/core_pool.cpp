// Handing cores from work to work.
#include "sim/core_pool.hpp"

#include <utility>

#include "sim/ensure.hpp"
#include "sim/prefetch.hpp"

namespace faultpath::sim {

CorePool::CorePool(Simulation& simulation, unsigned cores, std::string name)
    : simulation_(simulation), cores_(cores), name_(std::move(name)) {
  ENSURE(cores >= 1, "a pool has at least one core");
}

std::size_t CorePool::waiting() const {
  std::size_t sum = 0;
  for (const WaitList& list : waiting_) sum += list.size();
  return sum;
}

void CorePool::admit(Run& run) {
  if (busy_ < cores_) return start(run);
  run.promise->set_tag(reinterpret_cast<std::intptr_t>(&run));
  queue(*run.promise, run.priority);
}

bool CorePool::try_acquire() {
  if (busy_ == cores_) return false;
  begin();
  return true;
}

void CorePool::wait(PromiseBase& waiter, Priority priority) {
  waiter.set_tag(kHolds);
  queue(waiter, priority);
}

void CorePool::queue(PromiseBase& waiter, Priority priority) {
  waiter.wait_in(waiting_[static_cast<std::size_t>(priority)], {"core", name_.c_str()});
}

// A core is free: `run` takes it now.
void CorePool::start(Run& run) {
  begin();
  run.started = simulation_.now();
  const EventId done = simulation_.calendar().schedule_after(run.length, run.promise->resumption());
  run.promise->wait_for(done, {"work on a core", name_.c_str()});
  run.promise->granted_by(this);
}

// A core is free for `waiter`, who has left the list.
void CorePool::grant(PromiseBase& waiter) {
  if (waiter.tag() != kHolds) return start(*reinterpret_cast<Run*>(waiter.tag()));
  begin();
  waiter.wake(this);
}

void CorePool::begin() {
  ++busy_;
  busy_gauge_.set(simulation_.now(), busy_);
}

void CorePool::release() {
  ENSURE(busy_ > 0, "a core is released once");
  --busy_;
  for (WaitList& list : waiting_) {
    if (list.empty()) continue;
    grant(list.pop_front());
    if (!list.empty()) prefetch(&list.front(), kFrameBytes);
    return;
  }
  busy_gauge_.set(simulation_.now(), busy_);
}

void CorePool::take_back(PromiseBase&) { release(); }

}  // namespace faultpath::sim
