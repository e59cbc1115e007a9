// Wire: one direction of a link, with latency, bandwidth and posted order.
#pragma once

#include <algorithm>
#include <optional>
#include <utility>

#include "models/base/link_spec.hpp"
#include "models/base/messages.hpp"
#include "sim/calendar.hpp"
#include "sim/delegate.hpp"
#include "sim/ensure.hpp"
#include "sim/ring.hpp"

namespace faultpath::models {

/// Messages arrive in the order in which they were sent, `latency` after the last byte has left.
template <class Message>
class Wire {
 public:
  /// Its message is valid until something is sent on the same wire.
  using Deliver = sim::Delegate<void(const Message&)>;

  /// A sender that has a rank may send ahead of the clock. Messages of the same time then arrive in
  /// the order of the ranks, whenever they were sent.
  Wire(sim::Calendar& calendar, const LinkSpec& link, std::optional<sim::Rank> rank)
      : calendar_(calendar),
        latency_(link.latency),
        bandwidth_(link.bandwidth),
        occupancy_(sim::transfer_time(kMessageBytes, link.bandwidth)),
        rank_(rank) {}
  Wire(const Wire&) = delete;
  Wire& operator=(const Wire&) = delete;

  void connect(Deliver deliver) { deliver_ = deliver; }
  /// Messages go to `receiver.kMember(message)`.
  template <auto kMember, class Receiver>
  void connect(Receiver& receiver) {
    connect(Deliver::template to<kMember>(receiver));
  }

  /// Requires at >= now, and not before an earlier send.
  template <class Part>
  void send(sim::Time at, const Part& message) {
    ENSURE(at >= sent_, "messages are sent in order");
    sent_ = at;
    free_ = std::max(free_, at) + occupancy_;
    const std::uint64_t further = further_bytes(message);
    if (further > 0) free_ += sim::transfer_time(further, bandwidth_);
    const sim::Time arrival = free_ + latency_;
    Flight& flight = in_flight_.emplace_back();
    flight.at = arrival;
    flight.message = message;
    const sim::Handler handler = sim::handler_of<&Wire::arrive>(*this);
    if (rank_) {
      calendar_.schedule_ranked(arrival, *rank_, handler);
    } else {
      calendar_.schedule(arrival, handler);
    }
  }

  /// When the next message arrives; the end of time if no message is on its way.
  sim::Time next_arrival() const {
    return in_flight_.empty() ? sim::kEndOfTime : in_flight_.front().at;
  }
  /// The least time from sending a message to its arrival.
  sim::Duration shortest() const { return latency_ + occupancy_; }

 private:
  struct Flight {
    sim::Time at;
    Message message;
  };

  void arrive() {
    const Message& message = in_flight_.front().message;
    in_flight_.pop_front();  // its place is taken by the next send only
    deliver_(message);
  }

  sim::Calendar& calendar_;
  sim::Duration latency_;
  double bandwidth_;
  sim::Duration occupancy_;
  std::optional<sim::Rank> rank_;
  sim::Time free_{};
  sim::Time sent_{};
  sim::Ring<Flight> in_flight_;
  Deliver deliver_;
};

}  // namespace faultpath::models
