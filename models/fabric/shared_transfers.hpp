// The data of operations on links that devices share: one operation uses a link at a time.
#pragma once

#include <cstdint>
#include <deque>
#include <vector>

#include "sim/calendar.hpp"
#include "sim/delegate.hpp"
#include "sim/ring.hpp"

namespace faultpath::models {

/// When the first and the last byte of an operation's data pass a point.
struct Passage {
  sim::Time first, last;
};

/// A link, or links that behave as one, on which transfers take turns in the order of their first
/// bytes. A link forwards the first bytes of a transfer before its last byte has come
/// (cut-through), so that links in a row take the time of the slowest. While a transfer's bytes
/// come slowly, other transfers may use the gaps.
class TransferLink {
 public:
  TransferLink(sim::Duration latency, double bandwidth)
      : latency_(latency), bandwidth_(bandwidth) {}

  /// A transfer arrives. Requires a first byte not before that of the one before.
  Passage pass(Passage arriving, std::uint64_t bytes);

 private:
  sim::Duration latency_;
  double bandwidth_;
  sim::Time free_{};
};

/// The shared links on the way of one device. Each transfer is an event at each link, because the
/// time that it waits there depends on the transfers of other devices that have arrived before.
class SharedTransfers {
 public:
  /// The last byte of the transfer sent first of those under way passes the end of the way at `at`,
  /// which is now or later.
  using Done = sim::Delegate<void(sim::Time at)>;

  /// `links`, the device's side first, outlive this. `rank`: the device may send ahead of the
  /// clock.
  SharedTransfers(sim::Calendar& calendar, sim::Rank rank, const std::vector<TransferLink*>& links);
  SharedTransfers(const SharedTransfers&) = delete;
  SharedTransfers& operator=(const SharedTransfers&) = delete;

  void connect(Done done) { done_ = done; }
  /// A transfer reaches the first of the links at `arriving`, not before the one before it.
  void send(Passage arriving, std::uint64_t bytes);

 private:
  struct Transfer {
    Passage arriving;
    std::uint64_t bytes;
  };
  struct Stage {
    Stage(SharedTransfers* whose, TransferLink* through) : way(whose), link(through) {}
    /// The transfer that was sent first has come to the link.
    void pass();

    SharedTransfers* way;
    TransferLink* link;
    sim::Ring<Transfer> coming;
    Stage* next = nullptr;
  };

  sim::Calendar& calendar_;
  sim::Rank rank_;
  std::deque<Stage> stages_;
  Done done_;
};

}  // namespace faultpath::models
