// What a scenario says about the depth of page tables.
#pragma once

#include <cstdint>

#include "models/base/address.hpp"

namespace faultpath::models {

/// Depth of the page tables.
struct LevelsSpec {
  std::uint32_t stage1 = 4;  ///< 3 to 5
  std::uint32_t stage2 = 0;  ///< 0: one stage; 3 to 5: nested behind a second stage
};

/// Levels of tables that translate 48 bits: 4, or 3 with tables of 64 KiB (Linux, VA_BITS_48).
constexpr std::uint32_t usual_levels(PageSize granule) {
  constexpr unsigned kBits = 48;
  const unsigned indexed = kBits - granule.bits();
  return (indexed + granule.table_bits() - 1) / granule.table_bits();
}

}  // namespace faultpath::models
