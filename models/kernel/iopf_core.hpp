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
#include "models/kernel/iopf_group.hpp"
#include "models/kernel/routes/routes.hpp"
#include "models/metrics/fault_log.hpp"
#include "sim/pool.hpp"
#include "sim/simulation.hpp"
#include "sim/task.hpp"

namespace faultpath::models {

/// What became of the requests of one device.
struct IopfCoreStats {
  std::uint64_t requests_answered = 0, requests_discarded = 0, partial_groups_discarded = 0;
  std::uint64_t responses_success = 0, responses_invalid = 0, responses_failure = 0;
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
};

/// One for each IOMMU, as one iopf_queue. Requests are collected by device and PRG index alone;
/// PASIDs are not compared (all eras). A group is complete with its last request; then its handler
/// accepts it, and somebody answers it later, once, or never: nothing here times out.
/// Source: Linux drivers/iommu/io-pgfault.c.
class IopfCore {
 public:
  explicit IopfCore(const IopfCoreSetting& setting);
  IopfCore(const IopfCore&) = delete;
  IopfCore& operator=(const IopfCore&) = delete;

  /// Is told of every group that software has answered.
  void connect(ProgressWatch& watch) { watch_ = &watch; }
  /// Faults are marked in this log.
  void connect(FaultLog& log) { marks_.connect(log); }

  // For the interrupt thread.

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
    client(request.device).stats.requests_discarded += request.counted;
  }
  /// Drops the partial groups of every device, silently (iopf_queue_discard_partial()).
  void discard_partial();

  // For handlers.

  /// From `when` on the group is handled.
  void begin_handling(IopfGroup& group, sim::Time when);
  /// The worker is about to answer, and is charged for it.
  void begin_response(IopfGroup& group, Worker& worker);
  class Respond;
  /// `co_await core.respond(group, code)`: answers the group if it is pending; else nothing
  /// happens, because it has been answered, or its device has gone. Goes on as IommuPort::respond()
  /// does.
  Respond respond(IopfGroup& group, ResponseCode code);
  /// The handler is done with the group, which is forgotten. Not answered, it is never.
  void free(IopfGroup& group);

  /// A device goes: its partial groups are dropped silently, and its pending ones answered Invalid
  /// if the era does so. What their handlers answer later is ignored.
  sim::Task<> remove(DeviceIndex device);

  std::uint64_t partial_requests() const;
  /// Groups that handlers have.
  std::size_t groups() const { return groups_.in_use(); }
  IopfCoreStats stats(DeviceIndex device) const {
    return device.value < clients_.size() ? clients_[device.value].stats : IopfCoreStats{};
  }

 private:
  struct Client {
    std::vector<PageRequest> partial;
    IopfCoreStats stats;
  };

  Client& client(DeviceIndex device);
  IopfGroup& take_group(const PageRequest& last);
  IopfGroup* pending_like(const IopfGroup& group);
  PageResponse answer(IopfGroup& group, ResponseCode code);
  sim::Task<> answer_at_once(IopfGroup& group, ResponseCode code);
  void discard_partial(Client& client);
  void discard_partial(Client& client, PrgIndex index);
  void take_fault_back(IopfGroup& group) const;

  const std::string path_;
  sim::Simulation& simulation_;
  IommuPort& iommu_;
  const Attachments& attachments_;
  const RouteInfo::Find find_;
  const EraRules& era_;
  ProgressWatch* watch_ = nullptr;
  FaultMarks marks_;
  RandomCost submit_;
  std::vector<Client> clients_;
  sim::Pool<IopfGroup> groups_;
  std::uint64_t accepted_ = 0;  // groups
  Journal journal_;
};

/// Waits only if there is an answer, and its port does.
class [[nodiscard]] IopfCore::Respond {
 public:
  Respond() = default;
  Respond(IommuPort& iommu, DeviceIndex device, const PageResponse& response)
      : sent_(std::in_place, iommu, device, response) {}

  bool await_ready() { return !sent_ || sent_->await_ready(); }
  template <class Promise>
  bool await_suspend(std::coroutine_handle<Promise> caller) {
    return sent_->await_suspend(caller);
  }
  void await_resume() {
    if (sent_) sent_->await_resume();
  }

 private:
  std::optional<IommuPort::Respond> sent_;
};

}  // namespace faultpath::models
