// Faults of the second stage: what the host does before a guest is asked about its first stage.
#pragma once

#include <deque>
#include <string>

#include "models/cpu/random_cost.hpp"
#include "models/iommu/iommu_spec.hpp"
#include "models/kernel/handlers/queued_handler.hpp"
#include "models/kernel/host_spec.hpp"
#include "models/memory/guest_memory.hpp"
#include "models/memory/io_mapping.hpp"
#include "models/memory/memory.hpp"
#include "models/strategy/strategy.hpp"
#include "models/strategy/table_notifier.hpp"
#include "sim/task.hpp"

namespace faultpath::models {

/// What the handler of two stages works with.
struct NestedSetting {
  sim::Simulation& simulation;
  const HostSpec& host;
  const SecondStageSpec& spec;
  Memory& memory;
  IoMapping& mapping;
  IotlbFlush& caches;
  /// Requests say what is missing (stall records). Else the host walks the first stage by software.
  bool miss_is_known = false;
  std::string host_path;  ///< of the machine: this is a component of it
};

/// Requires spaces with guest memory on demand. For each request of a group, in order, it finds out
/// what the walk misses first. A guest page, data or table, is made resident and mapped; nothing
/// else of the way to the page is looked at, so that a retry finds the next. With a grant as asked
/// it is read-only until a fault wants to write it. The other requests go to the strategy of the
/// attachment, which maps the first stage, together. The group is answered once: Success, or
/// Invalid as soon as one request cannot be served.
class NestedHandler final : public QueuedHandler {
 public:
  NestedHandler(IopfCore& core, WorkQueue& queue, const NestedSetting& setting);

  /// From now on reclaim takes pages out of the second stage of `guest`; once for each guest.
  void attach(GuestMemory& guest);

  sim::Task<ResponseCode> serve(IopfGroup& group, Worker& worker) override;

  ServiceStats served(DeviceIndex device) const { return served_.of(device); }

 private:
  WalkMiss find(const IoPageTable& space, const PageRequest& request, Worker& worker);
  sim::Task<FaultOutcome> bring(GuestMemory& guest, GpaPage page, bool write, Worker& worker);
  sim::Task<FaultOutcome> bring_leaf(IoPageTable& table, IovaPage page, Worker& worker);
  sim::Task<FaultOutcome> map(IoPageTable& table, IovaPage page, Worker& worker);

  NestedSetting setting_;
  RandomCost software_walk_;
  ServiceCounts served_;
  std::deque<TableNotifier> notifiers_;  // of each guest
};

}  // namespace faultpath::models
