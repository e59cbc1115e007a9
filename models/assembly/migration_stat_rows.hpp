// Where the numbers of migrations go in the result.
#pragma once

#include <array>

#include "models/assembly/stat_row.hpp"
#include "models/guest/migration_stats.hpp"
#include "models/metrics/metrics.hpp"

namespace faultpath::models {

template <>
struct StatRows<MigrationStats> {
  using S = MigrationStats;
  using C = Counters;
  static constexpr std::array<CounterRow<S>, 7> kCounters{{
      {&S::vcpu_faults, &C::remote_faults_vcpu},
      {&S::device_faults, &C::remote_faults_device},
      {&S::pages_fetched, &C::pages_fetched},
      {&S::pages_pushed, &C::pages_pushed},
      {&S::pages_sent, &C::pages_preinstalled},
      {&S::check_hits, &C::snoop_hits},
      {&S::check_misses, &C::snoop_misses},
  }};
  static constexpr std::array<GaugeRow<S>, 0> kGauges{};
  static constexpr std::array<DistributionRow<S>, 5> kDistributions{{
      {&S::downtime, "migration_downtime_ns", true},
      {&S::device_downtime, "migration_device_downtime_ns", true},
      {&S::completion, "migration_completion_ns", true},
      {&S::vcpu_wait, "remote_vcpu_ns", true},
      {&S::device_wait, "remote_device_ns", true},
  }};
  static constexpr std::size_t kOthers = 0;
};

}  // namespace faultpath::models
