// Milestones that tile a fault: every picosecond between its start and its end is in one stage.
#pragma once

#include <array>
#include <cstddef>

#include "sim/ensure.hpp"
#include "sim/time.hpp"

namespace faultpath::sim {

/// The time that one fault spends in each of the stages of `Stage`, an enum class with a last
/// enumerator `count`. A stage that is entered again goes on adding up.
template <class Stage>
class StageClock {
 public:
  static constexpr std::size_t kStages = static_cast<std::size_t>(Stage::count);

  void begin(Time now, Stage stage) {
    spent_ = {};
    begun_ = entered_ = now;
    stage_ = stage;
  }
  /// Ends the current stage at `now` and enters `next`. Requires now not before the last milestone.
  void enter(Time now, Stage next) {
    ENSURE(now >= entered_, "the milestones of a fault are in order");
    spent_[static_cast<std::size_t>(stage_)] += now - entered_;
    entered_ = now;
    stage_ = next;
  }
  /// Takes the last milestone back. Requires that it ended `stage`, which had been entered at
  /// `entered`.
  void take_back(Time entered, Stage stage) {
    Duration& spent = spent_[static_cast<std::size_t>(stage)];
    spent -= entered_ - entered;
    ENSURE(spent >= Duration::zero(), "a milestone is taken back to the one before it");
    entered_ = entered;
    stage_ = stage;
  }
  /// Ends the last stage and checks that the stages sum to the latency, which is returned.
  Duration end(Time now) {
    enter(now, stage_);
    Duration sum{};
    for (const Duration d : spent_) sum += d;
    ENSURE(sum == now - begun_, "the stages of a fault tile it");
    return sum;
  }

  Stage stage() const { return stage_; }
  Time begun() const { return begun_; }
  /// The last milestone.
  Time entered() const { return entered_; }
  const std::array<Duration, kStages>& all_spent() const { return spent_; }
  Duration spent(Stage stage) const { return spent_[static_cast<std::size_t>(stage)]; }

 private:
  std::array<Duration, kStages> spent_{};
  Time begun_{};
  Time entered_{};
  Stage stage_{};
};

}  // namespace faultpath::sim
