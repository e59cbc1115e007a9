// Page events: the driver of a device that tells of absent pages by events of its own.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "models/base/page_event.hpp"
#include "models/base/page_fault.hpp"
#include "models/base/paging_spec.hpp"
#include "models/base/progress_watch.hpp"
#include "models/cpu/random_cost.hpp"
#include "models/cpu/work_queue.hpp"
#include "models/kernel/attachments.hpp"
#include "models/metrics/fault_log.hpp"
#include "sim/event.hpp"
#include "sim/pool.hpp"
#include "sim/ring.hpp"
#include "sim/signal.hpp"
#include "sim/simulation.hpp"
#include "sim/task.hpp"

namespace faultpath::models {

struct PageEventSetting {
  sim::Simulation& simulation;
  Processor& processor;
  const PagingSpec& spec;
  const sim::DistributionSpec& wake_up;  ///< of a thread
  const Attachments& attachments;
  FaultLog& faults;
  ProgressWatch& watch;
  std::string path;  ///< of the driver's instance
  PageSize page_size{};
};

/// One event queue, with its handlers. The interrupt handler, whose time is part of the event's,
/// takes events out of the queue as long as it has records for them. Without a record it stops; a
/// thread makes new ones, and goes on. Events stay in the queue meanwhile. A handler serves its
/// event by the strategy of the attachment, and tells the device; if the device is a responder, it
/// then brings what follows. Source: Linux drivers/infiniband/hw/mlx5/odp.c.
class PageEvents {
 public:
  explicit PageEvents(const PageEventSetting& setting);
  PageEvents(const PageEvents&) = delete;
  PageEvents& operator=(const PageEvents&) = delete;

  /// An event has reached the driver. Waits for a free entry of the queue, and returns when the
  /// device is about to be told. Any other code than Success: the pages cannot be had.
  sim::Task<ResponseCode> serve(PageEvent event);

  /// Events in the queue.
  std::size_t queued() const { return queue_.size(); }
  /// Times that there was no record for an event.
  std::uint64_t refills() const { return refills_; }

 private:
  struct Entry : WorkItem {
    PageEvents* owner = nullptr;
    PageEvent event;
    std::vector<PageFault> faults;
    ResponseCode code = ResponseCode::success;
    bool answered = false;
    sim::Signal done;
    sim::Task<> run(Worker& worker) override { return owner->handle(*this, worker); }
  };

  void dispatch();
  sim::Process refill();
  void answer(Entry& entry);
  sim::Task<> handle(Entry& entry, Worker& worker);
  sim::Task<ResponseCode> bring(Entry& entry, Worker& worker);

  sim::Simulation& simulation_;
  Processor& processor_;
  const Attachments& attachments_;
  FaultLog& faults_;
  ProgressWatch& watch_;
  const std::string path_;
  const std::size_t capacity_;
  const std::uint32_t most_records_;
  const std::uint64_t prefetch_;  // pages
  RandomCost driver_, wake_up_;
  WorkQueue handlers_;
  sim::Pool<Entry> entries_;
  sim::Ring<Entry*> queue_;
  sim::Event space_{"entry of the page event queue"};
  std::uint32_t records_;
  bool refilling_ = false;
  std::uint64_t refills_ = 0;
};

}  // namespace faultpath::models
