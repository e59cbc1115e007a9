// What the drivers of all page request queues share: a threaded interrupt handler.
#pragma once

#include <optional>
#include <string>

#include "models/cpu/random_cost.hpp"
#include "models/iommu/iommu_port.hpp"
#include "models/kernel/fault_core.hpp"
#include "models/kernel/host_spec.hpp"
#include "sim/core_pool.hpp"
#include "sim/event.hpp"
#include "sim/simulation.hpp"

namespace faultpath::models {

/// Everything that a driver needs besides its queue.
struct DriverSetting {
  sim::Simulation& simulation;
  const HostSpec& spec;
  sim::CorePool& cores;
  IommuPort& iommu;
  FaultCore& core;
  std::string host;  ///< path of the machine: the thread is a component of it
};

/// The thread sleeps until an interrupt has been delivered, takes a core, and drains the queue as
/// the architecture's driver does; raised again while it runs, it runs again without sleep. Under
/// the policy `polled` it wakes at every multiple of the period instead.
class FaultDriver : public InterruptTarget {
 public:
  explicit FaultDriver(const DriverSetting& setting);
  FaultDriver(const FaultDriver&) = delete;
  FaultDriver& operator=(const FaultDriver&) = delete;
  virtual ~FaultDriver() = default;

  void interrupt() override;

  /// What software does before what `who` has used is used again (VT-d 7.10; Linux,
  /// intel_iommu_drain_pasid_prq()): waits until the queue holds no request of it and the fault
  /// core has none in work; then invalidates with a wait, by which every answer has got to the
  /// device; that again while an overflow is set, whose answers may be on their way. Requires that
  /// its requests have got to the queue.
  sim::Task<> drain(Originator who);
  /// An invalidation, behind which its requests have got to the queue, where accesses stall a
  /// CMD_STALL_TERM, behind which none comes; then a drain. What is left
  /// of a whole function is removed from the fault core.
  sim::Task<> quiesce(Originator who);

 protected:
  /// One run of the thread, on its core. Ends when the driver has nothing more to look at.
  virtual sim::Task<> run_once() = 0;

  /// The thread's work for one request, up to the fault core's report.
  class Take : public sim::Delay {
   public:
    Take(FaultDriver& driver, const PageRequest& request, bool reports)
        : Delay(driver.process(request)), driver_(driver), request_(request), reports_(reports) {}
    void await_resume() const {
      if (reports_) driver_.core_.report(request_);
    }

   private:
    FaultDriver& driver_;
    PageRequest request_;
    bool reports_;
  };

  /// `co_await take(request)`; a stop marker is skipped.
  Take take(const PageRequest& request);
  /// The same for what is no stop marker, whatever it looks like.
  Take take_and_report(const PageRequest& request);
  /// The work without the report, for requests that the driver answers itself.
  sim::Delay process(const PageRequest& request) {
    in_hand_ = {request.device, request.pasid};
    return simulation_.delay(per_request_(), {"request processing", path_.c_str()});
  }

  /// An entry has been freed by itself. After as many as the queue has, everything that was in it
  /// has been handled: who drains looks again then, however busy others keep the thread (Linux,
  /// arm_smmu_flush_priq(): until it is empty, or two batches have passed).
  void freed_entry() {
    iommu_.queue_changed();
    if (++freed_ % iommu_.queue().usable_entries() == 0) run_done_.notify_all();
  }
  bool polled() const { return polled_; }
  /// Under an interrupt policy what comes during a run need not send an interrupt of its own.
  bool looks_again() const { return looks_again_; }

  sim::Simulation& simulation_;
  IommuPort& iommu_;
  FaultCore& core_;

 private:
  sim::Process deliver();
  sim::Process thread();
  sim::Process poll(sim::Duration period);
  void end_run();
  bool has_request_of(const Originator& who) const;

  const std::string path_, delivery_name_;
  sim::CorePool& cores_;
  RandomCost delivery_, wake_up_, per_request_;
  sim::Event raised_{"page request interrupt"};
  sim::Event run_done_{"batch of the interrupt thread"};  ///< pulses
  /// Of the request that was taken last in this run: it may not be in the core yet.
  std::optional<Originator> in_hand_;
  std::uint32_t freed_ = 0;  ///< entries, one by one
  bool polled_;
  bool looks_again_;
};

}  // namespace faultpath::models
