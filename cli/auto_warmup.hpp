// `warmup: auto`: what a pilot run says about the time until a system is steady.
#pragma once

#include "analysis/json.hpp"
#include "sim/time.hpp"

namespace faultpath::cli {

/// From the record of a run without warm-up, by MSER-5 on the mean DMA latency over time, counted
/// from the first completed operation. Throws UsageError when the run is too short to tell.
sim::Duration warmup_of(const analysis::Json& record);

}  // namespace faultpath::cli
