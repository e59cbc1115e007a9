// Kernel: the software of one machine that serves the page faults of devices.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "models/cpu/inline_work.hpp"
#include "models/cpu/processor.hpp"
#include "models/cpu/work_queue.hpp"
#include "models/iommu/iommu_port.hpp"
#include "models/kernel/attachments.hpp"
#include "models/kernel/fault_record_thread.hpp"
#include "models/kernel/handlers/mm_handler.hpp"
#include "models/kernel/handlers/nested_handler.hpp"
#include "models/kernel/handlers/vfio_handler.hpp"
#include "models/kernel/host_spec.hpp"
#include "models/kernel/iopf_core.hpp"
#include "models/kernel/prq/drain_procedure.hpp"
#include "models/kernel/prq/prq_thread.hpp"
#include "models/kernel/route_spec.hpp"
#include "models/kernel/user/queue_changes.hpp"
#include "models/kernel/user/user_faults.hpp"
#include "sim/simulation.hpp"

namespace faultpath::models {

/// Groups in work at a time: what a scenario says, or the era.
std::uint32_t groups_in_work(const HostSpec& spec);

/// What handles the faults of an attachment. One file each in handlers/; none: nobody does.
enum class HandlerKind { none, mm, vfio, nested, user };

/// Makes the driver of a page request queue. Requires the queue of its kind.
using PrqMaker = std::unique_ptr<PrqThread> (*)(const PrqSetting& setting, PageRequestQueue& queue);

/// What a kernel runs on and talks to.
struct KernelSetting {
  sim::Simulation& simulation;
  std::string path;  ///< of the machine, as "host": names, streams and journals begin with it
  const HostSpec& spec;
  RouteSpec route{};
  Processor& processor;
  IommuPort& iommu;
  PrqMaker make_prq;
  /// Where the second stage may miss, and the host serves it.
  std::optional<NestedSetting> nested{};
  /// What reading the record of a fault takes, where the IOMMU has a primary fault queue.
  sim::DistributionSpec per_fault_record{};
  /// Of a route to user space: how the groups of each device are handled, by its index.
  std::vector<UserHandlingSpec> handling{};
};

/// One machine's kernel, for one IOMMU: interrupt thread with its driver, I/O page fault core, work
/// queue, attachments and their handlers. A simulation may have several; each has a path, an IOMMU
/// and a processor of its own.
class Kernel {
 public:
  explicit Kernel(const KernelSetting& setting);
  Kernel(const Kernel&) = delete;
  Kernel& operator=(const Kernel&) = delete;

  /// Is told of every group that software has answered.
  void connect(ProgressWatch& watch) { core_.connect(watch); }
  /// Faults are marked in this log, in stages that stand for those of a host, if given. Without a
  /// log they are not marked.
  void connect(FaultLog& log, const StageMap* stages = nullptr) {
    core_.connect(log, stages);
    prq_->connect(log, stages);
  }
  /// The interrupt thread spends so much more on a request.
  void connect(ReportCost& cost) { prq_->connect(cost); }
  /// Who resets devices that do not get answers in time, if they are to be reset.
  void connect(FunctionReset& reset) { core_.connect(reset); }
  /// `who` uses `table` from now on. Requires that it has not been attached; of a handler `nested`
  /// that the setting has one, of `user` that the route goes there.
  void attach(Originator who, IoPageTable& table, MemoryStrategy& strategy, HandlerKind handler);
  /// The same with a handler of somebody else, who answers through core().
  void attach(Originator who, IoPageTable& table, MemoryStrategy& strategy, FaultHandler& handler) {
    attachments_.attach(who, {&table, &strategy, &handler});
  }
  void detach(Originator who) { attachments_.detach(who); }

  FaultRoute route() const { return setting_.route.route(); }
  const Attachments& attachments() const { return attachments_; }
  IopfCore& core() { return core_; }
  const IopfCore& core() const { return core_; }
  WorkQueue& work_queue() { return work_queue_; }
  const WorkQueue& work_queue() const { return work_queue_; }
  DrainProcedure& drains() { return drains_; }
  /// Null unless the setting has it.
  const NestedHandler* nested() const { return nested_ ? &*nested_ : nullptr; }
  /// Null unless the route goes to user space.
  UserFaults* user() { return user_ ? &*user_ : nullptr; }
  const UserFaults* user() const { return user_ ? &*user_ : nullptr; }
  /// Requires that the route goes to user space.
  QueueChanges& queue_changes() { return *changes_; }

 private:
  FaultHandler* handler(HandlerKind kind, Originator who, const IoPageTable& table);

  const KernelSetting setting_;
  Attachments attachments_;
  WorkQueue work_queue_;
  IopfCore core_;
  InlineWork inline_work_;
  MmHandler mm_;
  VfioHandler vfio_;
  std::optional<NestedHandler> nested_;
  std::optional<UserFaults> user_;
  std::optional<QueueChanges> changes_;
  std::unique_ptr<PrqThread> prq_;
  std::optional<FaultRecordThread> fault_records_;
  DrainProcedure drains_;
};

}  // namespace faultpath::models
