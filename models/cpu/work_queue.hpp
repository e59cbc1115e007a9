// An unbound work queue: threads that run what is queued, in any order.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "models/cpu/processor.hpp"
#include "models/cpu/random_cost.hpp"
#include "models/cpu/worker.hpp"
#include "sim/distribution.hpp"
#include "sim/event.hpp"
#include "sim/ring.hpp"
#include "sim/semaphore.hpp"
#include "sim/simulation.hpp"
#include "sim/task.hpp"

namespace faultpath::models {

/// Something to do on a work queue (Linux, struct work_struct). Its owner keeps it from
/// WorkQueue::queue() until the task of run() has ended, and may destroy it in there.
class WorkItem {
 public:
  /// The worker is on a CPU and owes its wake-up. It need not have paid on return.
  virtual sim::Task<> run(Worker& worker) = 0;

 protected:
  virtual ~WorkItem() = default;

 private:
  friend class WorkQueue;
  std::uint8_t round_ = 0;  // which flush waits for it
};

/// Up to `max_active` items are in work at a time; the others wait, first come first served. A
/// thread that has nothing left to do sleeps; one that is woken first takes a CPU and then pays for
/// its wake-up. Source: Linux, alloc_workqueue(WQ_UNBOUND).
class WorkQueue {
 public:
  /// Requires max_active >= 1, items in work at a time. `path` names the component whose queue it
  /// is; its random numbers are drawn under that name. `thread` names the threads in reports.
  WorkQueue(sim::Simulation& simulation, Processor& processor, std::uint32_t max_active,
            const sim::DistributionSpec& wake_up, const std::string& path, std::string thread);
  WorkQueue(const WorkQueue&) = delete;
  WorkQueue& operator=(const WorkQueue&) = delete;

  void queue(WorkItem& item);
  /// Waits for every item that has been queued before (flush_workqueue()).
  sim::Task<> flush();

  /// Items in work.
  std::uint32_t active() const { return active_; }

 private:
  sim::Process work(WorkItem* item);
  WorkItem* next_after(std::uint8_t round);

  sim::Simulation& simulation_;
  Processor& processor_;
  const std::uint32_t max_active_;
  RandomCost wake_up_;
  const std::string thread_;
  std::uint32_t active_ = 0;
  sim::Ring<WorkItem*> waiting_;             // for one in work to end
  std::uint8_t round_ = 0;                   // of items that are queued now: 0 or 1
  std::array<std::uint32_t, 2> in_round_{};  // items that are queued or in work, by round
  sim::Semaphore flushing_{1, "work queue flush"};
  sim::Event flushed_{"work queue flush"};
};

}  // namespace faultpath::models
