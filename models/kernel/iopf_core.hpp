// The kernel's I/O page fault core: partial lists, groups, and the answers of their handlers.
#pragma once

#include <coroutine>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "models/base/journal.hpp"
#include "models/base/progress_watch.hpp"
#include "models/cpu/random_cost.hpp"
#include "models/cpu/worker.hpp"
#include "models/iommu/iommu_port.hpp"
#include "models/kernel/attachments.hpp"
#include "models/kernel/eras.hpp"
#include "models/kernel/fault_handler.hpp"
#include "models/kernel/forwarded_groups.hpp"
#include "models/kernel/function_reset.hpp"
#include "models/kernel/iopf_core_spec.hpp"
#include "models/kernel/iopf_group.hpp"
#include "models/kernel/partial_groups.hpp"
#include "models/kernel/pending_groups.hpp"
#include "models/kernel/response_losses.hpp"
#include "models/kernel/response_timeouts.hpp"
#include "models/kernel/routes/routes.hpp"
#include "models/metrics/fault_log.hpp"
#include "sim/semaphore.hpp"
#include "sim/simulation.hpp"
#include "sim/task.hpp"

namespace faultpath::models {

/// What became of the requests of one device.
struct IopfCoreStats {
  std::uint64_t requests_answered = 0, requests_discarded = 0, partial_groups_discarded = 0;
  std::uint64_t responses_success = 0, responses_invalid = 0, responses_failure = 0;
  std::uint64_t timeouts = 0;             ///< groups that were not answered in time
  std::uint64_t lost_responses = 0;       ///< for good, or until they came late
  std::uint64_t late_responses = 0;       ///< of handlers, to groups that had been answered before
  std::uint64_t misplaced_responses = 0;  ///< of these, that have answered another group instead
  std::uint64_t requests_unanswered = 0;  ///< in pending groups, or whose answer is on its way
};

struct IopfCoreSetting {
  sim::Simulation& simulation;
  /// Writing a response descriptor and ringing the queue.
  const sim::DistributionSpec& submit;
  IommuPort& iommu;
  const Attachments& attachments;
  FaultRoute route = FaultRoute::per_page_table;
  Era era = Era::v6_9;
  std::string host;  ///< path of the machine: the core is a component of it
  IopfCoreSpec spec{};
};

/// One for each IOMMU, as one iopf_queue. Requests are collected by device and PRG index. A group
/// is complete with its last request; then its handler accepts it, and somebody answers it later,
/// once, or never: nothing times out unless the spec says so.
///
/// Each device has a mutex (all eras: iommu_fault_param::lock). It is held while a request is put
/// on a list, and while a group is answered: until the IOMMU's driver has done what it does. Where
/// that waits for the status of a descriptor (VT-d), the answers of one device follow each other,
/// and its new requests wait for them. Who waits for the mutex stays on its CPU: its holder runs,
/// so that a Linux mutex spins.
/// Source: Linux drivers/iommu/io-pgfault.c; before 6.7 also iommu.c.
class IopfCore {
 public:
  explicit IopfCore(const IopfCoreSetting& setting);
  IopfCore(const IopfCore&) = delete;
  IopfCore& operator=(const IopfCore&) = delete;

  /// Is told of every group that software has answered.
  void connect(ProgressWatch& watch) { watch_ = &watch; }
  /// Faults are marked in this log, in stages that stand for those of this class, if given.
  void connect(FaultLog& log, const StageMap* stages = nullptr) { marks_.connect(log, stages); }
  /// Who resets devices that do not get answers in time, if they are to be reset.
  void connect(FunctionReset& reset) { reset_ = &reset; }

  // For the interrupt thread.

  /// The mutex of a device, to be free when a request of it is reported.
  sim::Semaphore& lock(DeviceIndex device) { return groups_.lock(device); }
  /// Keeps a request that is not the last; with the last, gives the group to its handler. False:
  /// nobody handles it, and refuse() has to be awaited.
  [[nodiscard]] bool report(const PageRequest& request);
  /// Answers what nobody handles, by the rules of the era. `code` is that of the driver, should it
  /// be the one to answer.
  sim::Task<> refuse(const PageRequest& request, ResponseCode code);
  /// Answers a request that is not to be handled; what came before of its group stays.
  sim::Task<> reject(const PageRequest& request, ResponseCode code);
  /// Ignores a request that is not the last of its group and not to be handled.
  void ignore(const PageRequest& request) {
    stats_of(request.device).requests_discarded += request.counted;
  }
  /// Drops the partial groups of every device, silently (iopf_queue_discard_partial()).
  void discard_partial();

  // For handlers.

  /// A part of a group has been served, or left alone because it was recalled. Returns the group if
  /// it is to be answered now, with its `code`.
  IopfGroup* end_part(IopfGroup& part, ResponseCode code) { return forwarded_.end(part, code); }
  /// From `when` on the group is handled.
  void begin_handling(IopfGroup& group, sim::Time when);
  /// The worker is about to answer, and is charged for it.
  void begin_response(IopfGroup& group, Worker& worker);
  class Respond;
  /// `co_await core.respond(group, code)`: answers the group if it is pending; else nothing
  /// happens, because it has been answered, or its device has gone. Goes on when the mutex of the
  /// device has been free, and then as IommuPort::respond() does. The answer may be lost, if the
  /// spec says so.
  Respond respond(IopfGroup& group, ResponseCode code);
  /// The handler is done with the group, which is forgotten. Not answered, it is never.
  void free(IopfGroup& group);

  /// A device goes: its partial groups are dropped silently, and its pending ones answered Invalid
  /// if the era does so. What their handlers answer later is ignored.
  sim::Task<> remove(DeviceIndex device);

  std::uint64_t partial_requests() const { return partial_.requests() + forwarded_.requests(); }
  /// Groups that handlers have.
  std::size_t groups() const { return groups_.in_use(); }
  IopfCoreStats stats(DeviceIndex device) const {
    return device.value < stats_.size() ? stats_[device.value] : IopfCoreStats{};
  }

 private:
  /// What there is to say about the answer to a group.
  struct Answer {
    DeviceIndex device;
    PageRequest last;
    std::uint64_t counted;  // requests
    ResponseCode code;
    bool pended;  // until now
  };

  /// Answers in the place of handlers, when the time is up.
  class Overdue final : public TimeoutTarget {
   public:
    explicit Overdue(IopfCore& core) : core_(core) {}
    void timed_out(const IopfGroup& group) override;
    void give_up(DeviceIndex device, std::vector<IopfGroup*> groups, ResponseCode code) override;

   private:
    sim::Process answer_all(DeviceIndex device, std::vector<IopfGroup*> groups, ResponseCode code);

    IopfCore& core_;
  };

  IopfCoreStats& stats_of(DeviceIndex device);
  IopfGroup& take_group(const PageRequest& last);
  bool withholds(IopfGroup& group, ResponseCode code);
  std::optional<PageResponse> answer_of(IopfGroup& group, ResponseCode code);
  sim::Task<> respond_in_turn(IopfGroup& group, ResponseCode code);
  sim::Process respond_late(IopfGroup& group, ResponseCode code);
  sim::Process send_late(Answer answer);
  sim::Task<> answer_at_once(IopfGroup& group, ResponseCode code);
  PageResponse answer_instead(IopfGroup& group, ResponseCode code);
  Answer settle(IopfGroup& group, ResponseCode code);
  PageResponse count(const Answer& answer);
  /// Without an index all of the device.
  void discard_partial(DeviceIndex device, std::optional<PrgIndex> index);

  const std::string path_;
  sim::Simulation& simulation_;
  IommuPort& iommu_;
  const Attachments& attachments_;
  const RouteInfo::Find find_;
  const EraRules& era_;
  ProgressWatch* watch_ = nullptr;
  FunctionReset* reset_ = nullptr;
  FaultMarks marks_;
  RandomCost submit_;
  const bool hold_partial_;
  PartialGroups partial_;
  PendingGroups groups_;
  ForwardedGroups forwarded_{groups_};
  Overdue overdue_{*this};
  ResponseTimeouts timeouts_;
  ResponseLosses losses_;
  std::vector<IopfCoreStats> stats_;
  Journal journal_;
};

/// Waits only if the mutex is taken, or there is an answer whose port waits.
class [[nodiscard]] IopfCore::Respond {
 public:
  Respond(IopfCore& core, IopfGroup& group, ResponseCode code)
      : core_(core), group_(group), code_(code) {}

  bool await_ready();
  template <class Promise>
  bool await_suspend(std::coroutine_handle<Promise> caller) {
    if (sent_) return sent_->await_suspend(caller);
    return in_turn_.emplace(core_.respond_in_turn(group_, code_)).await_suspend(caller);
  }
  void await_resume() {
    if (in_turn_) return in_turn_->await_resume();
    if (sent_) sent_->await_resume();
    if (held_ != nullptr) held_->give();
  }

 private:
  IopfCore& core_;
  IopfGroup& group_;
  ResponseCode code_;
  std::optional<IommuPort::Respond> sent_;
  std::optional<sim::Task<>> in_turn_;
  sim::Semaphore* held_ = nullptr;
};

}  // namespace faultpath::models
