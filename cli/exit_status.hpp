// What the program ends with.
#pragma once

namespace faultpath::cli {

inline constexpr int kMissed = 1;     ///< a regression, or a goal out of reach
inline constexpr int kBadInput = 2;   ///< options, scenarios or files that cannot be used
inline constexpr int kBrokenRun = 3;  ///< a run that is stuck, broken or contradicts another

}  // namespace faultpath::cli
