// The Page Request Interface of a function: groups are opened, answered and given up.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "models/base/messages.hpp"
#include "models/base/wire.hpp"
#include "models/device/credit_queue.hpp"
#include "models/device/device_spec.hpp"
#include "models/device/group_table.hpp"
#include "models/device/requester.hpp"
#include "sim/event.hpp"
#include "sim/promise_base.hpp"

namespace faultpath::models {

/// Extended capability of a physical function (PCIe 10.5.2), which its virtual functions share:
/// credits, indices and failure are those of all of them.
class PageRequestInterface {
 public:
  explicit PageRequestInterface(const PriSpec& spec);
  PageRequestInterface(const PageRequestInterface&) = delete;
  PageRequestInterface& operator=(const PageRequestInterface&) = delete;

  /// `way` is that of the function's answers.
  FunctionNumber join(const Wire<DownMessage>& way);

  /// `std::optional<PrgIndex> index = co_await pri.open(n, who)`: waits, first come first served,
  /// until n credits and an index are free, and takes them. Nothing once the interface has failed,
  /// or when the requester is cut off meanwhile. Requires 1 <= n <= the allocation.
  auto open(std::uint32_t requests, Requester who = {}) { return Open{*this, requests, who}; }
  /// Credits and index of a group of which nothing has been sent.
  void give_back(PrgIndex index);
  /// `std::optional<ResponseCode> code = co_await pri.answer(index, now)`, once the last request
  /// has been sent. Nothing when the group has been forgotten meanwhile.
  auto answer(PrgIndex index, sim::Time now) {
    groups_[index].sent = true;
    groups_[index].sent_at = now;
    return Answer{*this, index};
  }

  /// What an answer was for.
  enum class Receipt {
    outstanding,  ///< a group: its process goes on at once
    stale,        ///< a group that has been forgotten: discarded
    unknown       ///< none: Status.UPRGI, and nothing else; whose group it was goes on waiting
  };
  /// The answer of a group has arrived: its credits and its index are free again. Any code but
  /// Success and Invalid, reserved ones too, is a failure: the interface opens no group any more
  /// (Status.RF).
  Receipt receive(const GroupResponse& response);

  /// Reset of a function: credits are replenished, groups are forgotten, and their indices stay
  /// reserved until their answers have come (VT-d 7.9).
  void forget(FunctionNumber function);
  /// A PASID is stopped with a marker: its groups become stale, and their answers return credits
  /// and indices only (PCIe 10.4.1.2).
  void retire(Requester who);
  /// Nobody waits for answers or credits of this function any more. What it has sent stays
  /// outstanding, with its credits, until an answer comes after all.
  void give_up(FunctionNumber function);
  /// What is outstanding, of all functions, and what of it has been given up.
  const GroupTable& groups() const { return groups_; }
  /// Coroutines that wait for credits for this requester go on without any.
  void refuse(Requester who);

  // Control and status, as software uses them (PCIe 10.5.2). At the start it is enabled.

  /// Control.E = 0: opens no group any more; what is outstanding is still answered.
  void disable();
  /// Status.Stopped: every request that has been issued has completed. Undefined while enabled, so
  /// absent.
  std::optional<bool> stopped() const;
  /// Control.R = 1: the credit counters are cleared, whatever has been issued. Only while disabled;
  /// false, and nothing else, otherwise.
  bool reset_counters();
  /// Writes the allocation and Control.E = 1; a failure is over. Only while disabled and stopped
  /// (Linux: -EBUSY); false, and nothing else, otherwise: a new allocation takes effect with this
  /// and at no other time.
  bool enable(std::uint32_t allocation);
  bool enabled() const { return enabled_; }
  /// `co_await pri.enabling().wait()` in a loop, while !enabled().
  sim::Event& enabling() { return enabling_; }
  /// Software has drained: stale groups that have no answer now will get none, as when a queue does
  /// not answer what it discards. Their credits and indices are free.
  void abandon(FunctionNumber function);
  void abandon(Requester who);
  /// `co_await pri.drained().wait()` in a loop, while stale(function) > 0.
  std::uint32_t stale(FunctionNumber function) const { return groups_.stale(function); }
  sim::Event& drained() { return drained_; }

  std::uint32_t allocation() const { return groups_.allocation(); }
  std::uint32_t credits() const { return groups_.credits(); }
  /// Status.RF: a Response Failure has arrived. Terminal until a reset (PCIe 10.4.2).
  bool failed() const { return failed_; }
  /// Somebody has been let in, or refused, and will go on at this very time.
  bool waking() const { return waiting_.waking(); }
  std::uint32_t outstanding_groups() const { return groups_.outstanding(); }
  bool shared() const { return ways_.size() > 1; }
  /// No answer, for any of the functions, arrives before. Other functions then get its credits.
  sim::Time next_arrival(sim::Time now) const;

 private:
  struct Open {
    PageRequestInterface& pri;
    std::uint32_t requests;
    Requester who;
    sim::PromiseBase* promise = nullptr;
    std::optional<PrgIndex> index = std::nullopt;
    bool await_ready() {
      if (pri.closed()) return true;
      if (!pri.waiting_.empty() || !pri.groups_.available(requests)) return false;
      index = pri.groups_.take(requests);
      return true;
    }
    template <class Promise>
    void await_suspend(std::coroutine_handle<Promise> self) {
      promise = &self.promise();
      pri.waiting_.join(*promise, requests, who);
    }
    std::optional<PrgIndex> await_resume() {
      if (promise != nullptr) index = pri.waiting_.leave(*promise);
      if (index) pri.groups_[*index].who = who;
      return index;
    }
  };
  struct Answer {
    PageRequestInterface& pri;
    PrgIndex index;
    bool await_ready() const noexcept { return false; }
    template <class Promise>
    void await_suspend(std::coroutine_handle<Promise> self) {
      pri.groups_[index].answered.wait({"page group response", ""}).await_suspend(self);
    }
    std::optional<ResponseCode> await_resume() const {
      const PageRequestGroup& group = pri.groups_[index];
      if (!group.answered_in_time) return std::nullopt;
      return group.code;
    }
  };

  bool closed() const { return failed_ || !enabled_; }
  void forget_those(const Requesters& those);
  void abandon_those(const Requesters& those);

  bool pasid_required_;
  bool failed_ = false;
  bool enabled_ = true;
  GroupTable groups_;
  CreditQueue waiting_{groups_};
  std::vector<const Wire<DownMessage>*> ways_;  // of the functions
  sim::Event enabling_{"page request interface to be enabled"};
  sim::Event drained_{"answers to groups from before a reset"};
};

}  // namespace faultpath::models
