// T2: the stages of a fault and the percentiles of their sum, against the pages of a request.
#pragma once

#include <string>
#include <vector>

#include "analysis/published/row.hpp"

namespace faultpath::analysis {

/// A time of a fault that asks for `pages` pages at once, in microseconds.
struct FaultStageRow {
  double pages = 1.0;
  /// `stage:NAME` and `other:NAME` are means of parts, and those of the stages make the fault.
  /// `total` is the mean of the fault, `p50` `p99.9` `max` what its time is, and `unbatched` the
  /// mean when each page is asked for alone, one after the other.
  std::string quantity;
  RowUse use = RowUse::predict;
  bool at_least = false;  ///< what is published is a lower bound
  std::optional<Printed> time{};
};

/// A part takes a time that is linear in the pages, through the rows of use `input` (the least
/// squares where there are more than two; constant where there is one). The total is the sum of the
/// stages. Percentiles of a fault of any size are those of the fault that they are fitted to, in
/// proportion to the means: what slows a stage down (other work, firmware, clock) slows it
/// down by a share. Many of them are the mean, `unbatched` one page after the other.
PublishedReport fit_fault_stages(const std::vector<FaultStageRow>& rows);

}  // namespace faultpath::analysis
