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
/// that is entered again goes on adding up.
template <class Stage>
class StageClock {
 public:
  static constexpr std::size_t kStages = static_cast<std::size_t>(Stage::count);
  using Spent = std::array<Duration, kStages>;
  /// Milestones whose times are kept: more than lie ahead of the clock at any moment.
  static constexpr std::size_t kMost = 16;

  void begin(Time now, Stage stage) {
    before_ = {};
    begun_ = now;
    milestones_[0] = {now, stage};
    count_ = 1;
  }
  /// Ends the current stage at `now` and enters `next`. Requires now not before the last milestone.
  void enter(Time now, Stage next) {
    ENSURE(now >= entered(), "the milestones of a fault are in order");
    if (count_ == kMost) fold();
    milestones_[count_++] = {now, next};
  }
  /// What was entered later than `at` has not happened. Requires that the stage of `at` is kept.
  void forget_after(Time at) {
    while (count_ > 1 && entered() > at) --count_;
    ENSURE(entered() <= at, "a fault is taken back to a milestone that is kept");
  }
  /// Ends the last stage and checks that the stages sum to the latency, which is returned.
  Duration end(Time now) {
    enter(now, stage());
    Duration sum{};
    for (const Duration d : all_spent()) sum += d;
    ENSURE(sum == now - begun_, "the stages of a fault tile it");
    return sum;
  }

  Stage stage() const { return milestones_[count_ - 1].stage; }
  Time begun() const { return begun_; }
  /// The last milestone.
  Time entered() const { return milestones_[count_ - 1].entered; }
  /// Up to the last milestone.
  Spent all_spent() const {
    Spent spent = before_;
    add(spent, count_ - 1);
    return spent;
  }
  Duration spent(Stage of) const { return all_spent()[static_cast<std::size_t>(of)]; }

 private:
  struct Milestone {
    Time entered{};
    Stage stage{};
  };

  void add(Spent& spent, std::size_t stages) const {
    for (std::size_t i = 0; i < stages; ++i) {
      spent[static_cast<std::size_t>(milestones_[i].stage)] +=
          milestones_[i + 1].entered - milestones_[i].entered;
    }
  }
  // The older half becomes sums.
  void fold() {
    constexpr std::size_t kHalf = kMost / 2;
    add(before_, kHalf);
    std::copy(milestones_.begin() + kHalf, milestones_.end(), milestones_.begin());
    count_ -= kHalf;
  }

  std::size_t count_ = 0;
  Time begun_{};
  std::array<Milestone, kMost> milestones_{};
  Spent before_{};
};

}  // namespace faultpath::sim
