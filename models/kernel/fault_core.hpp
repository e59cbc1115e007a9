// The kernel's I/O page fault core: partial lists, groups, work items and responses.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "models/base/progress_watch.hpp"
#include "models/cpu/random_cost.hpp"
#include "models/iommu/iommu_port.hpp"
#include "models/kernel/fault_group.hpp"
#include "models/kernel/host_spec.hpp"
#include "models/kernel/second_stage_faults.hpp"
#include "models/strategy/strategy.hpp"
#include "sim/core_pool.hpp"
#include "sim/event.hpp"
#include "sim/pool.hpp"
#include "sim/ring.hpp"
#include "sim/semaphore.hpp"
#include "sim/simulation.hpp"

namespace faultpath::models {

/// What became of the requests of one device.
struct FaultCoreStats {
  std::uint64_t requests_answered = 0, requests_discarded = 0, partial_groups_discarded = 0;
  std::uint64_t responses_success = 0, responses_invalid = 0, responses_failure = 0;
};

/// One for the IOMMU, as one iopf_queue. Groups are collected by device and PRG index alone; PASIDs
/// are not compared (all kernel eras). Groups run concurrently, the requests inside one in order.
/// Source: Linux drivers/iommu/io-pgfault.c.
class FaultCore {
 public:
  /// `host` is the path of the machine: the core is a component of it.
  FaultCore(sim::Simulation& simulation, const HostSpec& spec, sim::CorePool& cores,
            IommuPort& iommu, const std::string& host);

  /// Devices are added in the order of their index.
  void add(AddressSpace& space);
  void connect(MemoryStrategy& strategy) { strategy_ = &strategy; }
  /// Who serves a group first when the second stage may miss; it passes on to the strategy.
  void connect(SecondStageFaults& second_stage) { second_stage_ = &second_stage; }
  /// Is told of every group that software has answered.
  void connect(ProgressWatch& watch) { watch_ = &watch; }

  /// From the driver thread: keeps a request that is not the last; with the last, queues the group.
  void report(const PageRequest& request);
  /// Ignores a request that is not the last of its group and not to be handled.
  void ignore(const PageRequest& request) {
    clients_[request.device.value].stats.requests_discarded += request.counted;
  }
  /// Answers a group that is not to be handled, from the driver thread.
  sim::Task<> reject(PageRequest last, ResponseCode code);
  /// Drops the partial groups of every device, silently (iopf_queue_discard_partial()).
  void discard_partial();

  /// Waits for every group that has been queued as work before, of all devices (flush_workqueue()
  /// of the one queue).
  sim::Task<> flush();
  /// A device goes, or its PASIDs: its partial groups are dropped silently, its pending ones
  /// answered Invalid. What their handlers answer later is ignored (Linux 6.9 and later).
  sim::Task<> remove(DeviceIndex device);

  std::uint64_t partial_requests() const;
  const FaultCoreStats& stats(DeviceIndex device) const { return clients_[device.value].stats; }

 private:
  struct Client {
    AddressSpace* space;
    std::vector<PageRequest> partial{};
    FaultCoreStats stats{};
  };

  void queue(FaultGroup& group);
  sim::Process work(FaultGroup* group);
  FaultGroup* next_after(FaultGroup& served);
  PageResponse answer(FaultGroup& group, ResponseCode code);
  FaultGroup& take_group();
  void discard_partial(Client& client);
  void leave_round(const FaultGroup& group);
  void take_fault_back(FaultGroup& group) const;

  const std::string path_, work_name_;
  sim::Simulation& simulation_;
  HostSpec spec_;
  sim::CorePool& cores_;
  IommuPort& iommu_;
  MemoryStrategy* strategy_ = nullptr;
  SecondStageFaults* second_stage_ = nullptr;
  ProgressWatch* watch_ = nullptr;
  std::uint32_t in_service_ = 0;    // groups, at most as many as the work queue has active
  sim::Ring<FaultGroup*> waiting_;  // for one of them to end
  RandomCost wake_up_, submit_;
  std::vector<Client> clients_;
  sim::Pool<FaultGroup> groups_;
  std::uint8_t round_ = 0;                  // of groups that are queued now: 0 or 1
  std::array<std::uint32_t, 2> in_work_{};  // groups, by round
  sim::Semaphore flushing_{1, "work queue flush"};
  sim::Event flushed_{"work queue flush"};
  Journal journal_;
};

}  // namespace faultpath::models
