// The page request groups of an interface: credits and group indices.
#pragma once

#include <cstdint>

#include "models/base/messages.hpp"
#include "models/device/requester.hpp"
#include "sim/pool.hpp"
#include "sim/signal.hpp"

namespace faultpath::models {

/// A group from the credits that it takes to its answer, or to the end of waiting for one.
struct PageRequestGroup {
  std::uint32_t requests = 0;  ///< credits that it holds; none when it has been forgotten
  bool sent = false;           ///< all of its requests
  sim::Time sent_at{};         ///< when, if they have been
  bool stale = false;          ///< nobody waits for its answer any more
  bool given_up = false;       ///< stale, because its answer does not come
  bool answered_in_time = false;
  Requester who;
  ResponseCode code = ResponseCode::success;
  sim::Signal answered;  ///< raised when its answer comes, or when it becomes stale
};

/// A credit is used for each page request, not for each group, and comes back with the answer of
/// the group (PCIe 10.4). At most 512 groups are outstanding, for want of indices.
class GroupTable {
 public:
  explicit GroupTable(std::uint32_t allocation) : allocation_(allocation), credits_(allocation) {}

  std::uint32_t allocation() const { return allocation_; }
  std::uint32_t credits() const { return credits_; }
  std::uint32_t outstanding() const { return static_cast<std::uint32_t>(groups_.in_use()); }
  bool has_all_credits() const { return credits_ == allocation_; }
  /// A new allocation, with all of its credits. Requires that no credit is in use.
  void allocate(std::uint32_t allocation);

  /// Is there an index, and a credit for each of so many requests?
  bool available(std::uint32_t requests) const {
    return credits_ >= requests && groups_.in_use() < kPrgIndices;
  }
  /// Requires that they are available, and requests >= 1. The index that became free last is used
  /// next.
  PrgIndex take(std::uint32_t requests);
  /// Credits and index are free again.
  void release(PrgIndex index);

  PageRequestGroup& operator[](PrgIndex index) { return groups_[index.value]; }
  const PageRequestGroup& operator[](PrgIndex index) const { return groups_[index.value]; }
  /// The group that has been sent under this index; null when there is none.
  PageRequestGroup* find_sent(PrgIndex index);

  /// Gives back the credits of all that these have sent, and makes them stale. Their indices stay
  /// reserved until their answers have come (VT-d 7.9).
  void forget(const Requesters& those);
  /// Makes stale what these have sent: its answers return credits and indices only.
  void cut_off(const Requesters& those);
  /// Makes stale what these have sent, as given up: it counts as outstanding until its answers
  /// come.
  void give_up(const Requesters& those);
  struct Remains {
    std::uint32_t groups = 0, requests = 0;
  };
  /// Groups that have been given up and have had no answer since.
  Remains given_up() const;
  std::uint32_t given_up(PrgIndex index) const {
    if (index.value >= groups_.size()) return 0;
    const PageRequestGroup& group = groups_[index.value];
    return group.sent && group.given_up ? group.requests : 0;
  }
  /// Stale groups of these will have no answer: releases them.
  void abandon(const Requesters& those);
  /// Stale groups of the function.
  std::uint32_t stale(FunctionNumber function) const;

 private:
  static void make_stale(PageRequestGroup& group);

  std::uint32_t allocation_;
  std::uint32_t credits_;
  sim::Pool<PageRequestGroup> groups_;  // by index
};

}  // namespace faultpath::models
