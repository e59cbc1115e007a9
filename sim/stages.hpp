// Milestones that tile a fault: every picosecond between its start and its end is in one stage.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "sim/ensure.hpp"
#include "sim/time.hpp"

namespace faultpath::sim {

/// When one fault entered which of the stages of `Stage`, an enum class with a last enumerator
/// `count`. It keeps the times of the last milestones, and of those before them the sums. A stage
/// that is entered again goes on adding up. What every use reads comes first, and what only many
/// milestones need comes last, so that a usual fault reads and writes three lines of the cache.
template <class Stage>
class StageClock {
  static_assert(sizeof(Stage) == 1);

 public:
  static constexpr std::size_t kStages = static_cast<std::size_t>(Stage::count);
  using Spent = std::array<Duration, kStages>;
  /// Milestones whose times are kept, at most. At least three quarters of them stay: more than a
  /// fault passes between a stall and its end, with a guest and its VMM in between.
  static constexpr std::size_t kMost = 32;

  void begin(Time now, Stage stage) {
    folded_ = false;
    begun_ = now;
    count_ = 0;
    add(now, stage);
  }
  /// Ends the current stage at `now` and enters `next`. Requires now not before the last milestone.
  void enter(Time now, Stage next) {
    ENSURE(now >= entered(), "the milestones of a fault are in order");
    if (count_ == kMost) fold();
    add(now, next);
  }
  /// What was entered later than `at` has not happened. Requires that the stage of `at` is kept.
  void forget_after(Time at) {
    while (count_ > 1 && entered() > at) --count_;
    ENSURE(entered() <= at, "a fault is taken back to a milestone that is kept");
  }
  struct Whole {
    Duration latency{};
    Spent spent{};
  };
  /// Ends the last stage and checks that the stages sum to the latency.
  Whole end(Time now) {
    enter(now, stage());
    const Whole whole{now - begun_, all_spent()};
    Duration tiled{};
    for (const Duration d : whole.spent) tiled += d;
    ENSURE(tiled == whole.latency, "the stages of a fault tile it");
    return whole;
  }

  Stage stage() const { return stages_[count_ - 1]; }
  Time begun() const { return begun_; }
  /// The last milestone.
  Time entered() const { return entered_[count_ - 1]; }
  /// Up to the last milestone.
  Spent all_spent() const {
    Spent spent = folded_ ? before_ : Spent{};
    sum(spent, count_ - 1);
    return spent;
  }
  Duration spent(Stage of) const { return all_spent()[static_cast<std::size_t>(of)]; }

 private:
  void add(Time now, Stage stage) {
    entered_[count_] = now;
    stages_[count_++] = stage;
  }
  void sum(Spent& spent, std::size_t stages) const {
    for (std::size_t i = 0; i < stages; ++i) {
      spent[static_cast<std::size_t>(stages_[i])] += entered_[i + 1] - entered_[i];
    }
  }
  // The oldest quarter becomes sums.
  void fold() {
    constexpr std::size_t kOldest = kMost / 4;
    if (!folded_) before_ = {};
    folded_ = true;
    sum(before_, kOldest);
    std::copy(entered_.begin() + kOldest, entered_.end(), entered_.begin());
    std::copy(stages_.begin() + kOldest, stages_.end(), stages_.begin());
    count_ -= kOldest;
  }

  std::uint8_t count_ = 0;
  bool folded_ = false;  ///< before_ has values
  std::array<Stage, kMost> stages_{};
  Time begun_{};
  std::array<Time, kMost> entered_{};
  Spent before_{};
};

}  // namespace faultpath::sim
