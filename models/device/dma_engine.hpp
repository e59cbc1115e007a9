// The DMA engine of a function: the transfer of an operation's data, and its completion.
#pragma once

#include <algorithm>
#include <cstdint>

#include "models/device/device_links.hpp"
#include "models/device/dma_gate.hpp"
#include "models/device/dma_ticket.hpp"
#include "models/device/function_context.hpp"
#include "models/device/issue_schedule.hpp"
#include "models/device/stop_control.hpp"
#include "sim/ensure.hpp"
#include "sim/event.hpp"
#include "sim/ring.hpp"
#include "sim/time.hpp"

namespace faultpath::models {

class Issuer;

/// The data of an operation on its way.
struct Transfer {
  sim::Time issued;
  std::uint32_t context;
  std::uint32_t bytes;  ///< 0: of an operation that has been given up
  bool aside = false;   ///< to the backup ring: completes nothing
  DmaTicket ticket{};   ///< of the gate where software acts on its end
};

/// Moves the data of one operation at a time, in the order in which their pages translate. Without
/// shared links it is known at once when a transfer will end, so that a transfer may begin ahead of
/// the clock and needs no event.
class DmaEngine {
 public:
  DmaEngine(FunctionContext& function, const DeviceLinks& links, StopControl& stop,
            IssueSchedule& schedule, Issuer& issuer, DmaGate& gate);

  /// Begins the transfer of an operation whose pages have translated at `translated`, which is now,
  /// or ahead of the clock. It ends with complete().
  void move(const Transfer& transfer, sim::Time translated) {
    const sim::Time begun = std::max(free_, translated);
    free_ = begun + transfer_time(transfer.bytes);
    ENSURE(free_ <= sim::kLatest, "the simulated time ends at 105 days: the link is too slow");
    if (links_.shared == nullptr) return complete(transfer, free_ + round_trip_);
    share(transfer, begun);
  }
  /// The operation ends at `at`, or with the one before if that ends later: completions are in
  /// order. In a closed loop its context may issue the next one then.
  void complete(const Transfer& transfer, sim::Time at) {
    if (transfer.aside) return;
    last_completion_ = std::max(last_completion_, at);
    if (transfer.ticket != DmaTicket::none) return gate_.leave(transfer, last_completion_);
    end(transfer, last_completion_);
  }
  /// The operation has ended, for software as well.
  void end(const Transfer& transfer, sim::Time at) {
    schedule_.complete(at, transfer.context);
    stop_.operation_ended();
    const bool whole = transfer.bytes > 0;
    if (function_.window.observes(at)) {
      ++(whole ? function_.stats.dma_operations : function_.stats.dma_dropped);
      function_.stats.dma_bytes += transfer.bytes;
    }
    if (!whole) return;
    const sim::Duration latency = at - transfer.issued;
    if (function_.spec.observed) function_.metrics.series.add(at, latency);
    if (function_.window.covers(transfer.issued)) function_.latencies.dma_latency.record(latency);
  }

  /// When the transfers that have begun leave the device.
  sim::Time free() const { return free_; }
  /// The end of the last operation of which it is known.
  sim::Time last_completion() const { return last_completion_; }
  /// No transfer is on a shared link.
  bool idle() const { return shared_.empty(); }
  const DeviceLinks& links() const { return links_; }

  /// The transfers that have begun: they use translations until they have ended.
  struct Uses {
    sim::Time leave;      ///< the device
    std::uint64_t begun;  ///< on shared links
  };
  Uses uses() const { return {free_, begun_}; }
  bool have_ended(const Uses& uses) const { return ended_ >= uses.begun; }
  /// When the last of them has ended. Requires have_ended().
  sim::Time last_of(const Uses& uses) const { return std::max(uses.leave, last_use_); }
  /// `co_await engine.use_ended().wait()` in a loop, while !have_ended().
  sim::Event& use_ended() const { return use_ended_; }

 private:
  void on_transferred(sim::Time at);
  void share(const Transfer& transfer, sim::Time begun);
  sim::Duration transfer_time(std::uint64_t bytes) {
    if (bytes != cached_bytes_) {
      cached_bytes_ = bytes;
      cached_transfer_ = sim::transfer_time(bytes, links_.bandwidth);
    }
    return cached_transfer_;
  }

  FunctionContext& function_;
  StopControl& stop_;
  IssueSchedule& schedule_;
  Issuer& issuer_;
  DmaGate& gate_;
  sim::Time free_{};  // it moves one operation at a time
  sim::Time last_completion_{};
  std::uint64_t cached_bytes_ = 0;
  sim::Duration cached_transfer_{};
  DeviceLinks links_;
  sim::Duration round_trip_;
  sim::Ring<Transfer> shared_;           // on shared links, in order
  std::uint64_t begun_ = 0, ended_ = 0;  // on shared links
  sim::Time last_use_{};                 // of a translation by data on shared links
  mutable sim::Event use_ended_{"transfers on shared links"};
};

}  // namespace faultpath::models
