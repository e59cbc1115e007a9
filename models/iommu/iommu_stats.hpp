// What is counted in an IOMMU, of each function and of the whole.
#pragma once

#include <cstdint>

#include "sim/gauge.hpp"
#include "sim/histogram.hpp"
#include "sim/interval_list.hpp"
#include "sim/time_series.hpp"
#include "sim/times_held.hpp"

namespace faultpath::models {

/// What the IOMMU does for one function.
struct FunctionStats {
  std::uint64_t iotlb_hits = 0, iotlb_misses = 0, walk_reads = 0, config_reads = 0;
  std::uint64_t table_updates = 0;
  std::uint64_t stalls = 0;             ///< accesses that stalled and were recorded, each time anew
  std::uint64_t stalls_suppressed = 0;  ///< that stalled like one whose record was pending
  std::uint64_t records_lost = 0;       ///< of faults that cannot be recovered, by a full queue
  std::uint64_t auto_responses = 0, requests_dropped = 0, faults_logged = 0, timeouts = 0;
  std::uint64_t atc_invalidations = 0;
};

/// What belongs to no single function.
struct IommuStats {
  std::uint64_t queue_overflows = 0, interrupts = 0, iotlb_invalidations = 0;
  std::uint64_t fault_queue_overflows = 0;  ///< of the primary fault queue
  sim::Gauge queue_depth;                   ///< entries of the page request queue in use
  sim::TimesHeld entry_times;               ///< of each entry in use
  sim::Histogram overflow_recovery;         ///< overflow flag set until cleared
  sim::IntervalList overflows;              ///< from the flag's setting to its clearing
  sim::TimeSeries drops;  ///< requests that the queue dropped silently, by their time
};

}  // namespace faultpath::models
