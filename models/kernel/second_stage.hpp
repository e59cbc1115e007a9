// The second stage on demand: what a walk misses in guest memory, and how the host brings it.
#pragma once

#include <deque>
#include <span>
#include <string>

#include "models/cpu/random_cost.hpp"
#include "models/iommu/iommu_spec.hpp"
#include "models/kernel/host_spec.hpp"
#include "models/memory/guest_memory.hpp"
#include "models/memory/io_mapping.hpp"
#include "models/memory/memory.hpp"
#include "models/strategy/strategy.hpp"
#include "models/strategy/table_notifier.hpp"
#include "sim/task.hpp"

namespace faultpath::models {

/// What the service of two stages works with.
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

/// Requires spaces with guest memory on demand.
class SecondStage {
 public:
  explicit SecondStage(const NestedSetting& setting);
  SecondStage(const SecondStage&) = delete;
  SecondStage& operator=(const SecondStage&) = delete;

  /// From now on reclaim takes pages out of the second stage of `guest`; once for each guest.
  void attach(GuestMemory& guest);

  bool miss_is_known() const { return setting_.miss_is_known; }
  /// What the walk for a request misses first; the worker is charged for a walk by software.
  WalkMiss find(const IoPageTable& space, const PageRequest& request, Worker& worker);
  /// Makes the guest page that a walk misses resident, and maps it; nothing else of the way to the
  /// page is looked at, so that a retry finds the next. With a grant as asked it is read-only until
  /// a fault wants to write it. False if it cannot be had.
  sim::Task<bool> bring(const IoPageTable& space, const PageRequest& request, WalkMiss miss,
                        Worker& worker);
  /// The same for requests that say what they miss, in order: Success, or Invalid as soon as one
  /// cannot be served.
  sim::Task<ResponseCode> serve(const IoPageTable& space, std::span<const PageRequest> requests,
                                Worker& worker);

  ServiceStats served(DeviceIndex device) const { return served_.of(device); }

 private:
  sim::Task<FaultOutcome> bring(GuestMemory& guest, GpaPage page, bool write, Worker& worker);
  sim::Task<FaultOutcome> bring_leaf(IoPageTable& table, IovaPage page, Worker& worker);
  sim::Task<FaultOutcome> map(IoPageTable& table, IovaPage page, Worker& worker);

  NestedSetting setting_;
  RandomCost software_walk_;
  ServiceCounts served_;
  std::deque<TableNotifier> notifiers_;  // of each guest
};

}  // namespace faultpath::models
