// The driver of the VT-d page request queue: a threaded interrupt handler.
#pragma once

#include "models/host/fault_core.hpp"
#include "models/host/host_spec.hpp"
#include "models/iommu/iommu.hpp"
#include "models/iommu/vtd_page_request_queue.hpp"
#include "sim/core_pool.hpp"
#include "sim/simulation.hpp"

namespace faultpath::models {

/// Source: Linux drivers/iommu/intel/prq.c. The head is written once, at the end of a batch; later
/// arrivals wait for the next run of the thread; the overflow flag is cleared only when the queue
/// is empty, together with all partial groups.
class VtdDriver final : public InterruptTarget {
 public:
  VtdDriver(sim::Simulation& simulation, const HostSpec& spec, sim::CorePool& cores, Iommu& iommu,
            VtdPageRequestQueue& queue, FaultCore& core);

  void interrupt() override;

 private:
  sim::Process deliver();
  sim::Process thread();
  sim::Task<> run_once();
  void recover_from_overflow();

  sim::Simulation& simulation_;
  sim::CorePool& cores_;
  Iommu& iommu_;
  VtdPageRequestQueue& queue_;
  FaultCore& core_;
  sim::Distribution delivery_, wake_up_, per_request_;
  sim::RandomStream delivery_stream_, wake_stream_, request_stream_;
  bool raised_ = false;
  sim::Event raised_event_{"page request interrupt"};
};

}  // namespace faultpath::models
