// T3: throughput against the probability of a fault, for a device that waits, drops or sets aside.
#pragma once

#include <string>
#include <vector>

#include "analysis/published/row.hpp"

namespace faultpath::analysis {

enum class FaultReaction {
  wait,        ///< the device stops until the fault is served
  drop,        ///< the packet is lost; the transport sends it again after its timeout
  backup_ring  ///< the packet is set aside; others go on, but are delivered in order
};

struct FaultRateRow {
  std::string network;  ///< its link and transport: `infiniband`
  std::string fault;    ///< what a fault takes: `minor`
  FaultReaction reaction = FaultReaction::wait;
  double probability = 0.0;   ///< of a fault, for each packet
  double line_gb_s = 0.0;     ///< throughput without faults
  double window = 0.0;        ///< packets that may be on their way; backup_ring only
  double io_us = 0.0;         ///< that a fault takes longer than one without I/O; 0: none
  double packet_bytes = 0.0;  ///< how long a packet is; with io_us only
  RowUse use = RowUse::predict;
  std::optional<Printed> gb_s{};
};

/// A fault costs the time of k packets. A device that waits or drops has
///     T(f) = line / (1 + k f).
/// Behind a backup ring a packet that faults is delivered k packets' time after it was sent, and
/// those that follow go on until a window of W of them is on its way. A round from fault to fault
/// then has 1/f + W packets (the sender is ahead by W, and the last fault before that is 1/f away)
/// and takes the time of 1/f + k of them:
///     T(f) = line * (1 + W f) / (1 + k f).
/// That is exact for faults that are independent and take equal times, and k >= W.
/// k is fitted for each network, kind of fault and reaction: the geometric mean over its rows.
/// A kind of fault with I/O and no row to fit has the k of one without I/O, on the same network and
/// with the same reaction, and the packets of the time of the I/O. The reads of several faults do
/// not wait for each other.
PublishedReport fit_fault_rate(const std::vector<FaultRateRow>& rows);

}  // namespace faultpath::analysis
