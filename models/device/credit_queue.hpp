// The queue of those who wait for credits of a page request interface.
#pragma once

#include <cstdint>
#include <optional>

#include "models/device/group_table.hpp"
#include "sim/promise_base.hpp"

namespace faultpath::models {

/// First come, first served: a small group does not overtake a large one.
class CreditQueue final : private sim::Grantor {
 public:
  explicit CreditQueue(GroupTable& groups) : groups_(groups) {}

  bool empty() const { return waiting_.empty(); }
  /// Somebody has been let in, or refused, and will go on at this very time.
  bool waking() const { return waking_ > 0; }

  /// The coroutine waits for credits for so many requests and an index.
  void join(sim::PromiseBase& waiter, std::uint32_t requests, Requester who);
  /// For a coroutine that has joined and goes on: the group that it has got, nothing when it has
  /// been refused.
  std::optional<PrgIndex> leave(const sim::PromiseBase& waiter);

  /// Lets in as many as there are credits and indices for.
  void admit();
  /// Those who wait get none; the others keep their order.
  void refuse(const Requesters& those);

 private:
  void let_go(sim::PromiseBase& waiter, std::int64_t tag);
  void take_back(sim::PromiseBase& waiter) override;

  GroupTable& groups_;
  std::uint32_t waking_ = 0;
  sim::WaitList waiting_;
};

}  // namespace faultpath::models
