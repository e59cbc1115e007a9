// Token bucket: how often something may be done.
#pragma once

#include <algorithm>

#include "models/guest/limits_spec.hpp"
#include "sim/ensure.hpp"
#include "sim/time.hpp"

namespace faultpath::models {

/// Full at first. Kept as the time at which it will be full again, in whole picoseconds, which is
/// the generic cell rate algorithm (ITU-T I.371).
class TokenBucket {
 public:
  /// Requires rate > 0 and burst >= 1.
  explicit TokenBucket(const TokenBucketSpec& spec)
      : interval_(sim::transfer_time(1, spec.rate)), depth_(interval_ * (spec.burst - 1)) {}

  /// The first time from `now` on at which there is a token.
  sim::Time next(sim::Time now) const { return std::max(now, full_ - depth_); }
  /// Takes a token. Requires one.
  void take(sim::Time now) {
    ENSURE(next(now) == now, "a token is taken when there is one");
    full_ = std::max(full_, now) + interval_;
  }
  /// Takes the next token that there will be, and says when: for who waits in turn.
  sim::Time reserve(sim::Time now) {
    const sim::Time at = next(now);
    full_ = std::max(full_, at) + interval_;
    return at;
  }

 private:
  sim::Duration interval_;  // between two tokens
  sim::Duration depth_;     // so long the others of a burst take to come back
  sim::Time full_{};
};

}  // namespace faultpath::models
