// Trail: the hash of a fingerprint's lane at checkpoints, by which two runs find where they part.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/time.hpp"

namespace faultpath::sim {

/// Checkpoint i stands at (i + 1) times the step and holds the hash of what came before it. When
/// all places are taken, every second checkpoint is dropped and the step becomes twice as long.
class Trail {
 public:
  static constexpr std::size_t kCheckpoints = 64;

  /// The next checkpoint.
  Time next() const { return next_; }

  /// Something comes at `at`, which is not before next(); `hash` is that of all before it.
  void pass(Time at, std::uint64_t hash) {
    while (at >= next_) {
      checkpoints_.push_back(hash);
      if (checkpoints_.size() == kCheckpoints) thin_out();
      next_ = after_steps(Time{}, step_, static_cast<std::int64_t>(checkpoints_.size() + 1));
    }
  }

  Duration step() const { return step_; }
  const std::vector<std::uint64_t>& checkpoints() const { return checkpoints_; }

  /// The same trail with a step of `step`, a power of two times its own.
  Trail with_step(Duration step) const {
    Trail coarse = *this;
    while (coarse.step_ < step) coarse.thin_out();
    return coarse;
  }

 private:
  void thin_out() {
    for (std::size_t i = 0; i < checkpoints_.size() / 2; ++i)
      checkpoints_[i] = checkpoints_[2 * i + 1];
    checkpoints_.resize(checkpoints_.size() / 2);
    step_ *= 2;
  }

  Duration step_{std::int64_t{1} << 20};  // about a microsecond
  Time next_{step_};
  std::vector<std::uint64_t> checkpoints_;
};

/// The trails of a whole run, with one step and as many checkpoints in each.
struct RunTrail {
  struct Lane {
    std::string component;
    std::vector<std::uint64_t> checkpoints;
  };
  Duration step{};
  std::vector<Lane> lanes;  ///< in the order in which they were made
};

}  // namespace faultpath::sim
