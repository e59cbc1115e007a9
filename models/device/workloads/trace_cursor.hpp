// The part of a recording that one context of one instance replays.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "models/device/workload.hpp"

namespace faultpath::models {

/// The parts of all instances and contexts begin their passes together: the period is that of the
/// whole recording.
class TraceCursor {
 public:
  TraceCursor(Trace trace, std::vector<std::uint32_t> chosen, bool repeat)
      : trace_(std::move(trace)),
        chosen_(std::move(chosen)),
        repeat_(repeat),
        period_(repeat ? period_of(*trace_) : sim::Duration::zero()) {}

  const TraceEntry* peek() const {
    if (at_ == size()) return nullptr;
    return &trace_->entries[chosen_.empty() ? at_ : chosen_[at_]];
  }
  void advance() {
    ++at_;
    if (at_ < size() || !repeat_) return;
    at_ = 0;
    pass_ = sim::later(pass_, period_);
  }
  bool timed() const { return trace_->timed; }
  /// When the pass has begun, from the start of the devices.
  sim::Time pass() const { return pass_; }

 private:
  std::size_t size() const { return chosen_.empty() ? trace_->entries.size() : chosen_.size(); }

  Trace trace_;
  std::vector<std::uint32_t> chosen_;  // empty: all
  bool repeat_;
  sim::Duration period_;
  std::size_t at_ = 0;
  sim::Time pass_{};
};

}  // namespace faultpath::models
