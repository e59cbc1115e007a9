// The kernel's I/O page fault core: partial lists, groups, work items and responses.
#pragma once

#include <cstdint>
#include <deque>
#include <vector>

#include "models/host/fault_group.hpp"
#include "models/host/host_spec.hpp"
#include "models/iommu/iommu.hpp"
#include "models/strategy/strategy.hpp"
#include "sim/core_pool.hpp"
#include "sim/semaphore.hpp"
#include "sim/simulation.hpp"

namespace faultpath::models {

struct FaultCoreStats {
  std::uint64_t requests_answered = 0, requests_discarded = 0, partial_groups_discarded = 0;
  std::uint64_t responses_success = 0, responses_invalid = 0, responses_failure = 0;
};

/// One for the IOMMU, as one iopf_queue. Groups are collected by device and PRG index alone; PASIDs
/// are not compared (all kernel eras). Groups run concurrently, the requests inside one in order.
/// Source: Linux drivers/iommu/io-pgfault.c.
class FaultCore {
 public:
  FaultCore(sim::Simulation& simulation, const HostSpec& spec, sim::CorePool& cores, Iommu& iommu);

  /// Devices are added in the order of their index.
  void add(AddressSpace& space);
  void connect(MemoryStrategy& strategy) { strategy_ = &strategy; }

  /// From the driver thread: keeps a request that is not the last; with the last, queues the group.
  void report(const PageRequest& request);
  /// Answers a group that is not to be handled, from the driver thread.
  void reject(const PageRequest& last, ResponseCode code);
  /// Drops the partial groups of every device, silently (iopf_queue_discard_partial()).
  void discard_partial();

  std::uint64_t partial_requests() const;
  const FaultCoreStats& stats() const { return stats_; }

 private:
  struct Client {
    AddressSpace* space;
    std::vector<PageRequest> partial;
  };

  sim::Process work(FaultGroup& group);
  void answer(const FaultGroup& group, ResponseCode code);
  FaultGroup& take_group();

  sim::Simulation& simulation_;
  HostSpec spec_;
  sim::CorePool& cores_;
  Iommu& iommu_;
  MemoryStrategy* strategy_ = nullptr;
  sim::Semaphore active_;
  sim::Distribution wake_up_, submit_;
  sim::RandomStream wake_stream_, submit_stream_;
  std::vector<Client> clients_;
  std::deque<FaultGroup> groups_;
  std::vector<FaultGroup*> free_groups_;
  FaultCoreStats stats_;
  Journal journal_;
};

}  // namespace faultpath::models
