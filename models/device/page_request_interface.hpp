// The Page Request Interface of a function: credits, group indices and outstanding groups.
#pragma once

#include <cstdint>
#include <deque>
#include <vector>

#include "models/device/device_spec.hpp"
#include "models/messages.hpp"
#include "sim/promise_base.hpp"
#include "sim/signal.hpp"

namespace faultpath::models {

/// A credit is used for each page request, not for each group, and comes back with the answer of
/// the group (PCIe 10.4). At most 512 groups are outstanding, for want of indices.
class PageRequestInterface final : private sim::Grantor {
 public:
  explicit PageRequestInterface(const PriSpec& spec);

  /// `PrgIndex index = co_await pri.open(n)`: waits, first come first served, until n credits and
  /// an index are free, and takes them. Requires 1 <= n <= the allocation.
  auto open(std::uint32_t requests) { return Open{*this, requests}; }
  /// `ResponseCode code = co_await pri.answer(index)`, once the last request has been sent.
  auto answer(PrgIndex index) { return Answer{*this, index}; }
  /// The answer of a group has arrived: its credits and its index are free again, and the process
  /// that waits for it goes on at once. False, and nothing else, for a group that is not
  /// outstanding (Status.UPRGI).
  bool receive(const GroupResponse& response);

  std::uint32_t allocation() const { return allocation_; }
  std::uint32_t credits() const { return credits_; }
  /// Somebody has been let in and will go on at this very time.
  bool waking() const { return waking_ > 0; }
  std::uint32_t outstanding_groups() const {
    return static_cast<std::uint32_t>(groups_.size() - free_.size());
  }

 private:
  struct Group {
    std::uint32_t requests = 0;  // 0: not outstanding
    ResponseCode code = ResponseCode::success;
    sim::Signal answered;
  };
  struct Open {
    PageRequestInterface& pri;
    std::uint32_t requests;
    sim::PromiseBase* promise = nullptr;
    PrgIndex index{};
    bool await_ready() {
      if (!pri.waiting_.empty() || !pri.available(requests)) return false;
      index = pri.take(requests);
      return true;
    }
    template <class Promise>
    void await_suspend(std::coroutine_handle<Promise> self) {
      promise = &self.promise();
      promise->set_tag(requests);
      promise->wait_in(pri.waiting_, {"page request credits", ""});
    }
    PrgIndex await_resume() const {
      if (promise == nullptr) return index;
      --pri.waking_;
      return PrgIndex{static_cast<std::uint16_t>(promise->tag())};
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
    ResponseCode await_resume() const { return pri.groups_[index.value].code; }
  };

  bool available(std::uint32_t requests) const {
    return credits_ >= requests && (!free_.empty() || groups_.size() < kPrgIndices);
  }
  PrgIndex take(std::uint32_t requests);
  void release(PrgIndex index);
  void take_back(sim::PromiseBase& waiter) override;
  void admit();

  std::uint32_t allocation_;
  std::uint32_t credits_;
  std::uint32_t waking_ = 0;
  std::deque<Group> groups_;         // by index; those that have ever been used
  std::vector<std::uint16_t> free_;  // the index that became free last is used next
  sim::WaitList waiting_;
};

}  // namespace faultpath::models
