// Threads of a work queue, and how a flush tells what was there before it.
#include "models/cpu/work_queue.hpp"

#include <utility>

#include "sim/ensure.hpp"

namespace faultpath::models {

WorkQueue::WorkQueue(sim::Simulation& simulation, Processor& processor, std::uint32_t max_active,
                     const sim::DistributionSpec& wake_up, const std::string& path,
                     std::string thread)
    : simulation_(simulation),
      processor_(processor),
      max_active_(max_active),
      wake_up_(simulation, wake_up, path, "wake-up"),
      thread_(std::move(thread)) {
  ENSURE(max_active_ >= 1, "a work queue lets one item in at least");
}

void WorkQueue::queue(WorkItem& item) {
  item.round_ = round_;
  ++in_round_[round_];
  if (active_ == max_active_) return waiting_.push_back(&item);
  ++active_;
  simulation_.start(work(&item), thread_.c_str());
}

// A thread: it runs items until none waits.
sim::Process WorkQueue::work(WorkItem* item) {
  do {
    Worker worker(processor_);
    co_await worker.enter();
    worker.charge(wake_up_());
    const std::uint8_t round = item->round_;
    co_await item->run(worker);
    item = next_after(round);
  } while (item != nullptr);
}

WorkItem* WorkQueue::next_after(std::uint8_t round) {
  if (--in_round_[round] == 0 && round != round_) flushed_.set();
  if (waiting_.empty()) {
    --active_;
    return nullptr;
  }
  WorkItem* const next = waiting_.front();
  waiting_.pop_front();
  return next;
}

// What is queued meanwhile belongs to the other round; a second flush waits for the first.
sim::Task<> WorkQueue::flush() {
  co_await flushing_.take();
  const std::uint8_t round = round_;
  round_ = 1 - round;
  flushed_.reset();
  if (in_round_[round] > 0) co_await flushed_.wait();
  flushing_.give();
}

}  // namespace faultpath::models
