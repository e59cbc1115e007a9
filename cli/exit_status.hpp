// What the program ends with.
#pragma once

namespace faultpath::cli {

inline constexpr int kMissed =
    1;  ///< what was asked does not hold: a regression, a goal out of reach
inline constexpr int kBadInput = 2;   ///< options, scenarios or files that cannot be used
inline constexpr int kBrokenRun = 3;  ///< a run stood still or broke an invariant

}  // namespace faultpath::cli
