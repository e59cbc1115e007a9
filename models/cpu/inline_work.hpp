// Inline work: items that a thread does itself, in the place of a work queue.
#pragma once

#include "models/cpu/work_queue.hpp"
#include "models/cpu/worker.hpp"
#include "sim/ring.hpp"
#include "sim/task.hpp"

namespace faultpath::models {

class InlineWork {
 public:
  void add(WorkItem& item) { waiting_.push_back(&item); }
  /// Does what has been added, one after the other. The worker is on a CPU, before and after.
  sim::Task<> run(Worker& worker) {
    while (!waiting_.empty()) {
      WorkItem* const item = waiting_.front();
      waiting_.pop_front();
      co_await item->run(worker);
    }
  }

 private:
  sim::Ring<WorkItem*> waiting_;
};

}  // namespace faultpath::models
