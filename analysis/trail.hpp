// Where two runs part: the hashes of their components at checkpoints, side by side.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace faultpath::analysis {

/// What each component of a run had done at common checkpoints, as a short hash. Checkpoint i
/// stands at (i + 1) steps of simulated time and covers what came before it.
struct Trail {
  struct Lane {
    std::string component;
    std::vector<std::uint16_t> checkpoints;
  };
  double step_ns = 0.0;  ///< a power of two of picoseconds
  std::vector<Lane> lanes;

  bool empty() const { return lanes.empty(); }
};

/// What a component did in both runs before it did something else. An event is one line:
/// `1342.125 ns miss 0x1f4`.
struct FirstEvents {
  std::string component;
  std::vector<std::string> common;       ///< the last ones, the latest last
  std::optional<std::string> base, now;  ///< absent where the run has no further one in the window
};

/// Where two runs stop agreeing.
struct Divergence {
  std::uint64_t seed = 0, replication = 0;  ///< of the runs
  /// Those that differ at the first checkpoint that differs, in the order of the trail. Empty where
  /// all common checkpoints agree: what differs comes behind the last.
  std::vector<std::string> components;
  double from_ns = 0.0;               ///< simulated time up to which the runs agree
  std::optional<double> to_ns;        ///< by then they do not; absent: by the end of the run
  std::optional<FirstEvents> events;  ///< where somebody looked
};

/// Of two runs with different fingerprints. Trails with different steps are compared with the wider
/// one. Components that only one run has are passed over. Requires a lane in each.
Divergence first_divergence(const Trail& base, const Trail& now);

}  // namespace faultpath::analysis
