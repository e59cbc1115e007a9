// A row of the tables that say where each number of a component goes in the result.
#pragma once

#include <cstdint>
#include <string_view>

#include "models/metrics/metrics.hpp"
#include "sim/gauge.hpp"
#include "sim/histogram.hpp"
#include "sim/times_held.hpp"

namespace faultpath::models {

/// A count of a component, and the counter to which it is added; for some there are two.
template <class Stats>
struct CounterRow {
  std::uint64_t Stats::* member;
  std::uint64_t Counters::* counter;
  std::uint64_t Counters::* also = nullptr;
};
/// A gauge of a component, and its name in the result.
template <class Stats>
struct GaugeRow {
  sim::Gauge Stats::* member;
  std::string_view name;
  /// What the area under the gauge has to be, measured thing by thing; null: nothing to compare.
  sim::TimesHeld Stats::* times = nullptr;
};
/// A distribution of a component, and its name in the result.
template <class Stats>
struct DistributionRow {
  sim::Histogram Stats::* member;
  std::string_view name;
  bool left_out_when_empty = false;  ///< of a part that few systems have
};

/// The rows of one struct. `others` members have a form of their own in the result.
template <class Stats>
struct StatRows;

}  // namespace faultpath::models
