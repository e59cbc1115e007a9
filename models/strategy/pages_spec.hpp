// What a scenario says when it chooses pages of a space.
#pragma once

#include <cstdint>
#include <vector>

#include "models/base/address.hpp"
#include "models/base/runs.hpp"

namespace faultpath::models {

/// A range of a space: bytes from its lowest address.
struct SpaceRange {
  std::uint64_t offset = 0;
  std::uint64_t length = 64ULL << 10;
  bool operator==(const SpaceRange&) const = default;
};

/// A share (0 to 1) of the pages of a space, those at its beginning, and ranges.
struct PagesSpec {
  double share = 0.0;
  std::vector<SpaceRange> ranges;

  bool empty() const { return share == 0.0 && ranges.empty(); }
  /// Those that are there, holes left out. A range takes every page that it touches.
  Runs among(const Runs& space, PageSize size = {}) const;
  bool operator==(const PagesSpec&) const = default;
};

}  // namespace faultpath::models
