// What the drivers of all page request queues share: a threaded interrupt handler.
#pragma once

#include <optional>
#include <string>

#include "models/cpu/inline_work.hpp"
#include "models/cpu/processor.hpp"
#include "models/cpu/random_cost.hpp"
#include "models/iommu/iommu_port.hpp"
#include "models/kernel/host_spec.hpp"
#include "models/kernel/iopf_core.hpp"
#include "models/kernel/prq/report_cost.hpp"
#include "models/kernel/threaded_interrupt.hpp"
#include "sim/event.hpp"
#include "sim/simulation.hpp"

namespace faultpath::models {

/// Everything that a driver needs besides its queue.
struct PrqSetting {
  sim::Simulation& simulation;
  const InterruptSpec& spec;
  Processor& processor;
  IommuPort& iommu;
  IopfCore& core;
  std::string host;                   ///< path of the machine: the thread is a component of it
  InlineWork* inline_work = nullptr;  ///< what handlers leave to the thread; null: nothing
};

/// The thread drains the queue as the architecture's driver does. Under the policy `polled` it
/// wakes at every multiple of the period, and not by an interrupt.
class PrqThread : public InterruptTarget {
 public:
  explicit PrqThread(const PrqSetting& setting);
  PrqThread(const PrqThread&) = delete;
  PrqThread& operator=(const PrqThread&) = delete;
  virtual ~PrqThread() = default;

  void interrupt() override;
  /// Faults are marked in this log, in stages that stand for those of this class, if given.
  void connect(FaultLog& log, const StageMap* stages = nullptr) { marks_.connect(log, stages); }
  /// Requests cost the thread so much more.
  void connect(ReportCost& cost) { report_cost_ = &cost; }

  // For who waits until the queue has been drained.

  /// A request of `who` is in the queue, or taken out and perhaps not in the core yet.
  bool has_request_of(const Originator& who) const;
  /// Under an interrupt policy the thread looks at once: what has sent no message must not be
  /// waited for.
  void look() {
    if (looks_again_) interrupt_.raise();
  }
  /// `co_await thread.progress()`: goes on after the next run of the thread, or after as many
  /// requests as the queue has entries.
  auto progress() { return run_done_.wait(); }

 protected:
  /// One run of the thread, on its CPU. Ends when the driver has nothing more to look at.
  virtual sim::Task<> run_once() = 0;

  /// `co_await take(request)`: the thread's work for one request, whose fault is reported from now
  /// on. Then `if (!report(request)) co_await report_in_turn(request, code)`.
  Processor::Spend take(const PageRequest& request);
  /// Reports the request to the core, where nobody holds the mutex of its device, somebody handles
  /// it, and that is not the thread itself. False, and nothing else, otherwise.
  bool report(const PageRequest& request) {
    return inline_work_ == nullptr && core_.lock(request.device).free() > 0 &&
           core_.report(request);
  }
  /// The same with all waits; `code` answers what nobody handles, where the driver has to.
  sim::Task<> report_in_turn(const PageRequest& request, ResponseCode code);
  /// The same work for a request that is not reported to the core.
  Processor::Spend process(const PageRequest& request);

  /// The thread accesses registers of the queue: `if (trap() != nullptr) co_await
  /// trap()->access(..)`.
  RegisterTrap* trap() const { return trap_; }

  /// An entry has been freed by itself. After as many as the queue has, everything that was in it
  /// has been handled: who drains looks again then, however busy others keep the thread (Linux,
  /// arm_smmu_flush_priq(): until it is empty, or two batches have passed).
  void freed_entry();
  bool polled() const { return polled_; }
  /// Under an interrupt policy what comes during a run need not send an interrupt of its own.
  bool looks_again() const { return looks_again_; }

  IommuPort& iommu_;
  IopfCore& core_;

 private:
  sim::Process await_look();
  sim::Process poll(sim::Duration period);
  void end_run();

  sim::Simulation& simulation_;
  ThreadedInterrupt interrupt_;
  Worker& worker_;
  InlineWork* const inline_work_;
  RandomCost per_request_;
  sim::Event run_done_{"batch of the interrupt thread"};  ///< pulses
  /// Of the request that was taken last in this run: it may not be in the core yet.
  std::optional<Originator> in_hand_;
  std::uint32_t freed_ = 0;  ///< entries, one by one
  FaultMarks marks_;
  RegisterTrap* const trap_;
  ReportCost* report_cost_ = nullptr;
  bool polled_;
  bool looks_again_;
  bool awaited_ = false;  ///< polled: something has been stored since the queue was empty
};

}  // namespace faultpath::models
