// Connections: of each context, until when its sender holds back what it has to send again.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "sim/time.hpp"

namespace faultpath::models {

/// Go-back-N: the receiver takes packets of a connection in their order. When one is lost its
/// sender transmits nothing that follows before it transmits that one again.
class Connections {
 public:
  explicit Connections(std::uint32_t contexts) : contexts_(contexts) {}

  /// Has any connection ever lost a packet?
  bool any() const { return !resumes_.empty(); }
  /// A packet of `context` is lost; the sender goes back to it at `until`. One that is lost while
  /// the sender waits goes with what it waits for. Returns when it is transmitted again.
  sim::Time lose(std::uint32_t context, sim::Time now, sim::Time until) {
    if (resumes_.empty()) resumes_.resize(contexts_);
    if (resumes_[context] <= now) resumes_[context] = until;
    return resumes_[context];
  }
  /// When something that is sent at `at` is transmitted for good: later while the sender waits.
  sim::Time transmitted(std::uint32_t context, sim::Time at) const {
    return any() ? std::max(at, resumes_[context]) : at;
  }

 private:
  std::uint32_t contexts_;
  std::vector<sim::Time> resumes_;  // by context; empty until a packet is lost
};

}  // namespace faultpath::models
