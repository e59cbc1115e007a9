// Halt polling: for how long the host looks for an interrupt before a halted virtual CPU sleeps.
#pragma once

#include <algorithm>

#include "models/cpu/virtual_cpus_spec.hpp"
#include "sim/time.hpp"

namespace faultpath::models {

/// The window of one virtual CPU, from one halt to the next (Linux, virt/kvm/kvm_main.c,
/// kvm_vcpu_halt()).
class HaltPolling {
 public:
  /// How long the next halt is polled.
  sim::Duration window() const { return window_; }

  /// A halt of this length has ended. A length equal to the window is still within it, and one
  /// equal to the maximum changes nothing.
  void learn(const HaltPollSpec& spec, sim::Duration halted) {
    if (halted <= window_) return;
    if (halted > spec.max) {
      shrink(spec);
    } else if (halted < spec.max) {
      grow(spec);
    }
  }

 private:
  void grow(const HaltPollSpec& spec) {
    if (spec.grow == 0 || window_ >= spec.max) return;
    const bool overshoots = window_ > spec.max / spec.grow;
    window_ = overshoots ? spec.max : std::max(window_ * spec.grow, spec.start);
    window_ = std::min(window_, spec.max);
  }
  void shrink(const HaltPollSpec& spec) {
    window_ = spec.shrink == 0 ? sim::Duration::zero() : window_ / spec.shrink;
    if (window_ < spec.start) window_ = sim::Duration::zero();
  }

  sim::Duration window_{};
};

}  // namespace faultpath::models
