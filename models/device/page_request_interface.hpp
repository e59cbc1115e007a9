// The Page Request Interface of a function: credits, group indices and outstanding groups.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "models/base/messages.hpp"
#include "models/base/wire.hpp"
#include "models/device/device_spec.hpp"
#include "sim/event.hpp"
#include "sim/pool.hpp"
#include "sim/promise_base.hpp"
#include "sim/signal.hpp"

namespace faultpath::models {

/// One of the functions that share an interface, in the order in which they joined.
struct FunctionNumber {
  std::uint16_t value = 0;
  constexpr auto operator<=>(const FunctionNumber&) const = default;
};
/// Who asks for pages. Without PASID: 0.
struct Requester {
  FunctionNumber function;
  Pasid pasid;
  constexpr auto operator<=>(const Requester&) const = default;
};

/// A credit is used for each page request, not for each group, and comes back with the answer of
/// the group (PCIe 10.4). At most 512 groups are outstanding, for want of indices. A physical
/// function and its virtual functions share one interface: credits, indices and failure.
class PageRequestInterface final : private sim::Grantor {
 public:
  explicit PageRequestInterface(const PriSpec& spec);

  /// `way` is that of the function's answers.
  FunctionNumber join(const Wire<DownMessage>& way);

  /// `std::optional<PrgIndex> index = co_await pri.open(n, who)`: waits, first come first served,
  /// until n credits and an index are free, and takes them. Nothing once the interface has failed,
  /// or when the requester is cut off meanwhile. Requires 1 <= n <= the allocation.
  auto open(std::uint32_t requests, Requester who = {}) { return Open{*this, requests, who}; }
  /// Credits and index of a group of which nothing has been sent.
  void give_back(PrgIndex index);
  /// `std::optional<ResponseCode> code = co_await pri.answer(index)`, once the last request has
  /// been sent. Nothing when the group has been forgotten meanwhile.
  auto answer(PrgIndex index) {
    groups_[index.value].sent = true;
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
  /// Those who wait for credits for it get none.
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
  std::uint32_t stale(FunctionNumber function) const;
  sim::Event& drained() { return drained_; }

  std::uint32_t allocation() const { return allocation_; }
  std::uint32_t credits() const { return credits_; }
  /// Status.RF: a Response Failure has arrived. Terminal until a reset (PCIe 10.4.2).
  bool failed() const { return failed_; }
  /// Somebody has been let in, or refused, and will go on at this very time.
  bool waking() const { return waking_ > 0; }
  std::uint32_t outstanding_groups() const { return static_cast<std::uint32_t>(groups_.in_use()); }
  bool shared() const { return ways_.size() > 1; }
  /// No answer, for any of the functions, arrives before. Other functions then get its credits.
  sim::Time next_arrival(sim::Time now) const;

 private:
  static constexpr std::int64_t kRefused = -1;
  static constexpr unsigned kPasidBits = 20, kFunctionBits = 16;

  struct Group {
    std::uint32_t requests = 0;  // 0: not outstanding, or forgotten
    bool sent = false;
    bool stale = false;
    bool answered_in_time = false;
    Requester who;
    ResponseCode code = ResponseCode::success;
    sim::Signal answered;
  };
  struct Open {
    PageRequestInterface& pri;
    std::uint32_t requests;
    Requester who;
    sim::PromiseBase* promise = nullptr;
    std::int64_t index = kRefused;
    bool await_ready() {
      if (pri.closed()) return true;
      if (!pri.waiting_.empty() || !pri.available(requests)) return false;
      index = pri.take(requests).value;
      return true;
    }
    template <class Promise>
    void await_suspend(std::coroutine_handle<Promise> self) {
      promise = &self.promise();
      promise->set_tag(tag_of(requests, who));
      promise->wait_in(pri.waiting_, {"page request credits", ""});
    }
    std::optional<PrgIndex> await_resume() {
      if (promise != nullptr) {
        --pri.waking_;
        index = promise->tag();
      }
      if (index == kRefused) return std::nullopt;
      const PrgIndex granted{static_cast<std::uint16_t>(index)};
      pri.groups_[granted.value].who = who;
      return granted;
    }
  };
  struct Answer {
    PageRequestInterface& pri;
    PrgIndex index;
    bool await_ready() const noexcept { return false; }
    template <class Promise>
    void await_suspend(std::coroutine_handle<Promise> self) {
      pri.groups_[index.value].answered.wait({"page group response", ""}).await_suspend(self);
    }
    std::optional<ResponseCode> await_resume() const {
      const Group& group = pri.groups_[index.value];
      if (!group.answered_in_time) return std::nullopt;
      return group.code;
    }
  };

  static std::int64_t tag_of(std::uint32_t requests, Requester who);
  static std::uint32_t requests_of(std::int64_t tag);
  static Requester requester_of(std::int64_t tag);
  bool available(std::uint32_t requests) const {
    return credits_ >= requests && groups_.in_use() < kPrgIndices;
  }
  bool closed() const { return failed_ || !enabled_; }
  bool matches(const Group& group, const GroupResponse& response) const;
  PrgIndex take(std::uint32_t requests);
  void release(PrgIndex index);
  void cut_off(Group& group);
  void take_back(sim::PromiseBase& waiter) override;
  void admit();
  template <class Which>
  void forget_those(Which which);
  template <class Which>
  void abandon_those(Which which);
  template <class Which>
  void refuse_those(Which which);
  void let_go(sim::PromiseBase& waiter, std::int64_t tag);

  std::uint32_t allocation_;
  std::uint32_t credits_;
  bool pasid_required_;
  bool failed_ = false;
  bool enabled_ = true;
  std::uint32_t waking_ = 0;
  sim::Pool<Group> groups_;  // by index; the one that became free last is used next
  sim::WaitList waiting_;
  std::vector<const Wire<DownMessage>*> ways_;  // of the functions
  sim::Event enabling_{"page request interface to be enabled"};
  sim::Event drained_{"answers to groups from before a reset"};
};

}  // namespace faultpath::models
