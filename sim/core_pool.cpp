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
  run.promise->wait_in(waiting_[static_cast<std::size_t>(run.priority)], {"core", name_.c_str()});
}

// A core is free: `run` takes it now.
void CorePool::start(Run& run) {
  begin();
  run.started = simulation_.now();
  if (run.length == kHold) return run.promise->wake(this);
  const EventId done = simulation_.calendar().schedule_after(run.length, run.promise->resumption());
  run.promise->wait_for(done, {"work on a core", name_.c_str()});
  run.promise->granted_by(this);
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
    start(*reinterpret_cast<Run*>(list.pop_front().tag()));
    if (!list.empty()) prefetch(&list.front(), kFrameBytes);
    return;
  }
  busy_gauge_.set(simulation_.now(), busy_);
}

void CorePool::take_back(PromiseBase&) { release(); }

}  // namespace faultpath::sim
