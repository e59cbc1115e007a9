// The metrics that a person sees first, in tables and in reports.
#pragma once

#include <span>
#include <string_view>

#include "analysis/units.hpp"

namespace faultpath::analysis {

enum class Better { low, high };

struct ShownMetric {
  std::string_view group, label, path;  ///< label may be empty: the group says it
  Unit unit;
  Better better = Better::low;
  bool when_any = false;  ///< only where it has happened in some case
};

/// In the order of a table; those of a group follow each other.
std::span<const ShownMetric> shown_metrics();

/// What only a page has room for, below the others; all of them only where they have happened.
std::span<const ShownMetric> further_metrics();

}  // namespace faultpath::analysis
