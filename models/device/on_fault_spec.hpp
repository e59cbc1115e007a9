// What a scenario says about a device that finds a page absent: one spec for each reaction.
#pragma once

#include <cstdint>
#include <variant>

#include "sim/distribution.hpp"
#include "sim/time.hpp"

namespace faultpath::models {

/// The operation waits for its pages.
struct WaitSpec {};
/// The operation fails at once.
struct AbortSpec {};

/// What a sender sends again when a packet is lost.
enum class Recovery : std::uint8_t {
  selective,  ///< this packet
  go_back_n,  ///< this packet and all that it has sent on the connection since
};

/// A dropped operation comes again, as from a reliable transport (InfiniBand's Local ACK Timeout
/// and Retry Count).
struct DropSpec {
  /// From the drop to the retransmission: 4.096 us * 2^14, 14 being a usual exponent (assumed).
  sim::Duration timeout = sim::picoseconds(67'108'864'000);
  std::uint32_t retries = 7;  ///< then the operation is given up; the largest of three bits
  /// A context is a connection. Assumed: each operation has a timer of its own.
  Recovery recovery = Recovery::selective;
};

/// A responder that is not ready says so, and its peer waits and goes back to this packet
/// (InfiniBand: RNR NAK, Minimum RNR NAK Timer, RNR Retry Count).
struct RnrSpec {
  static constexpr std::uint32_t kWithoutEnd = 7;
  /// From 0.01 to 655.36 ms. Code 12, as libibverbs' examples set it.
  sim::Duration timer = sim::microseconds(640);
  std::uint32_t retries = kWithoutEnd;  ///< three bits; 7: without end
};

/// Software finds a completion record, touches the page of which it speaks and submits what is left
/// (DSA without block-on-fault). Costs are assumed.
struct PartialSpec {
  sim::DistributionSpec notice = sim::ConstantSpec{sim::microseconds(1)};   ///< until it polls
  sim::DistributionSpec submit = sim::ConstantSpec{sim::nanoseconds(500)};  ///< one descriptor
};

/// Pinned buffers that take what the device writes to absent pages; the host copies it later
/// (Lesokhin et al., ASPLOS 2017). Costs are assumed.
struct BackupRingSpec {
  std::uint32_t entries = 128;  ///< each holds one operation
  /// From the device's notice to the host's work on it: interrupt delivery and wake-up.
  sim::DistributionSpec notice = sim::ConstantSpec{sim::microseconds(3)};
  double copy_bandwidth = 10e9;  ///< bytes/s that one core copies
  DropSpec drop;                 ///< of what finds the ring full
};

/// What a device does with an operation of which a page is absent. In the order of
/// fault_reactions().
using OnFault = std::variant<WaitSpec, DropSpec, BackupRingSpec, AbortSpec, RnrSpec, PartialSpec>;

}  // namespace faultpath::models
