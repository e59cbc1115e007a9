// Handlers that serve a group on a thread of the work queue and answer it there.
#pragma once

#include "models/cpu/inline_work.hpp"
#include "models/cpu/work_queue.hpp"
#include "models/kernel/fault_handler.hpp"
#include "models/kernel/iopf_core.hpp"
#include "sim/pool.hpp"
#include "sim/task.hpp"

namespace faultpath::models {

/// The interrupt thread only queues a work item, which is the handler's. The item serves the
/// requests of its group in order, answers, and frees the group. Groups run concurrently; and so do
/// parts of one group, where requests are forwarded. With inline work the thread does the items
/// itself.
/// Source: Linux, iommu_sva_iopf_handler() and iopf_handler() of the VFIO series.
class QueuedHandler : public FaultHandler {
 public:
  QueuedHandler(IopfCore& core, WorkQueue& queue) : core_(core), queue_(queue) {}
  QueuedHandler(const QueuedHandler&) = delete;
  QueuedHandler& operator=(const QueuedHandler&) = delete;
  virtual ~QueuedHandler() = default;

  void accept(IopfGroup& group) final;
  /// Items go there instead of to the work queue.
  void serve_with(InlineWork& work) { inline_ = &work; }

  /// Serves the group and says what to answer; Invalid as soon as one request cannot be served. The
  /// worker is on a CPU; on return it may still owe.
  virtual sim::Task<ResponseCode> serve(IopfGroup& group, Worker& worker) = 0;

 private:
  struct Item : WorkItem {
    QueuedHandler* handler = nullptr;
    IopfGroup* group = nullptr;
    sim::Task<> run(Worker& worker) override { return handler->work(*this, worker); }
  };
  sim::Task<> work(Item& item, Worker& worker);

  IopfCore& core_;
  WorkQueue& queue_;
  InlineWork* inline_ = nullptr;
  sim::Pool<Item> items_;
};

}  // namespace faultpath::models
