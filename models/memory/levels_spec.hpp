// What a scenario says about the depth of page tables.
#pragma once

#include <cstdint>

namespace faultpath::models {

/// Depth of the page tables.
struct LevelsSpec {
  std::uint32_t stage1 = 4;  ///< 3 to 5
  std::uint32_t stage2 = 0;  ///< 0: one stage; 3 to 5: nested behind a second stage
};

}  // namespace faultpath::models
