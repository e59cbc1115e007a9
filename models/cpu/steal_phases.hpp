// Steal phases: when others take the core of one virtual CPU away.
#pragma once

#include "models/cpu/virtual_cpus_spec.hpp"
#include "sim/distribution.hpp"
#include "sim/random.hpp"
#include "sim/time.hpp"

namespace faultpath::models {

/// The two slices of all virtual CPUs of a guest.
struct StealSlices {
  explicit StealSlices(const StealSpec& spec);

  sim::Distribution run, stolen;
  bool run_is_constant, stolen_is_constant;
  double share;         ///< of the time that is stolen
  sim::Duration cycle;  ///< mean length of both together
};

/// An alternating renewal process: the core is there for a slice, then gone for a slice, and so on,
/// whatever the guest does. It is stationary: at time 0 it is in the middle of a slice. Phases are
/// drawn when somebody asks, up to the time that is asked for. A copy draws the same phases again,
/// so that it can look ahead.
class StealPhases {
 public:
  StealPhases(const StealSlices& slices, sim::RandomStream stream);

  sim::Time now() const { return now_; }
  bool stolen() const { return stolen_; }

  /// Moves on to `to`, which is not before now(). A slice that begins at `to` has begun then.
  /// Returns how much of the time between was stolen.
  sim::Duration advance(const StealSlices& slices, sim::Time to);
  /// The same where nobody asks how much was stolen. Over thousands of slices it does not draw
  /// each: constant ones are counted, and others begin anew, with no memory of the phase before.
  void skip(const StealSlices& slices, sim::Time to);
  /// The end of the slice, after now().
  sim::Time slice_end() const { return end_; }
  /// The first moment at which the core is there, and has been for `work` in all, counted from
  /// now(). Requires work >= 0. Work that ends where a stolen slice begins has ended.
  sim::Time end_of(const StealSlices& slices, sim::Duration work) const;

 private:
  void restart(const StealSlices& slices, sim::Time at);
  void next_slice(const StealSlices& slices);

  sim::RandomStream stream_;
  sim::Time now_{};
  sim::Time end_{};  // of the slice; not before now_
  bool stolen_ = false;
};

}  // namespace faultpath::models
