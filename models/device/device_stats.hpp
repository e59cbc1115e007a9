// What devices count and record.
#pragma once

#include <array>
#include <cstdint>

#include "models/metrics/metrics.hpp"
#include "sim/gauge.hpp"
#include "sim/histogram.hpp"
#include "sim/stage_profile.hpp"
#include "sim/time_series.hpp"
#include "sim/times_held.hpp"

namespace faultpath::models {

/// Operations and bytes are those that ended in the observed time.
struct DeviceStats {
  std::uint64_t dma_operations = 0, dma_bytes = 0, page_accesses = 0, atc_hits = 0, atc_misses = 0;
  std::uint64_t ats_requests = 0, page_requests = 0, page_request_groups = 0;
  std::uint64_t dma_dropped = 0, timeouts = 0, stale_responses = 0;
  std::uint64_t faults_fatal = 0;         ///< that ended without a translation
  std::uint64_t unmatched_responses = 0;  ///< to no outstanding group: dropped
  std::uint64_t page_events = 0;          ///< of on-demand paging
  std::uint64_t partial_completions = 0;  ///< that software resumes
  std::uint64_t retransmissions = 0;      ///< of operations that were lost
};

/// What the devices of one name record into; or all of a system, where nobody asks by name.
struct DeviceLatencies {
  sim::Histogram dma_latency, translation_latency, fault_latency;
  sim::Histogram before_dma, after_dma;  ///< waits for a policy; empty without one
};

/// What all devices of a system record into.
struct DeviceMetrics {
  std::array<sim::Histogram, kFaultStages> stages;
  std::size_t used_stages = kHostStages;    ///< the others are of guests, which are not there
  sim::StageProfile<kFaultStages> profile;  ///< of the stages, by the latency of the fault
  sim::Gauge outstanding_requests;
  sim::TimesHeld request_times;  ///< of each outstanding request
  sim::TimeSeries series;  ///< latency of operations by the time of their completion, all of them
};

}  // namespace faultpath::models
