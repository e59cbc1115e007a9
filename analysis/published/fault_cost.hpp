// T1: what a fault adds to a transfer, and how it amortises.
#pragma once

#include <string>
#include <vector>

#include "analysis/published/row.hpp"

namespace faultpath::analysis {

/// A buffer that is transferred `times` times; each page of it faults at the first touch.
struct FaultCostRow {
  std::string name;
  RowUse use = RowUse::predict;
  double message_kib = 0.0;
  double times = 0.0;
  double without_faults = 0.0;  ///< KiB/s, of the same transfers when nothing faults
  double faults = 0.0;
  double handler_us = 0.0;               ///< mean time in the handler; 0: not known
  std::optional<Printed> with_faults{};  ///< KiB/s
};

/// The time with faults is that without, and a cost for each fault: a device that is stalled by a
/// fault does nothing else. The cost is the handler's time, which the table gives for each case,
/// and a rest (event, interrupt, thread, work queue, resume command, retry) that is the same for
/// all. The rest is the mean over the rows to fit.
PublishedReport fit_fault_cost(const std::vector<FaultCostRow>& rows);

}  // namespace faultpath::analysis
