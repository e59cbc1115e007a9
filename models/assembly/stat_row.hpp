// A row of the tables that say where each number of a component goes in the result.
#pragma once

#include <cstdint>
#include <string_view>

#include "models/metrics/metrics.hpp"
#include "sim/gauge.hpp"
#include "sim/histogram.hpp"

namespace faultpath::models {

/// A count of a component, and the counter to which it is added; for some there are two.
template <class Stats>
struct CounterRow {
  std::uint64_t Stats::* member;
  std::uint64_t Counters::* counter;
  std::uint64_t Counters::* also = nullptr;
};
/// A gauge or a distribution of a component, and its name in the result.
template <class Stats, class Kind>
struct NamedRow {
  Kind Stats::* member;
  std::string_view name;
  bool left_out_when_empty = false;  ///< of a part that few systems have
};
template <class Stats>
using GaugeRow = NamedRow<Stats, sim::Gauge>;
template <class Stats>
using DistributionRow = NamedRow<Stats, sim::Histogram>;

/// The rows of one struct. `others` members have a form of their own in the result.
template <class Stats>
struct StatRows;

}  // namespace faultpath::models
