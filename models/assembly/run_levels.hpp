// Run levels: the gauges of a run, and what they say of the observed time.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "models/assembly/run_series.hpp"
#include "models/metrics/metrics.hpp"
#include "sim/gauge.hpp"
#include "sim/time.hpp"
#include "sim/times_held.hpp"

namespace faultpath::models {

/// Reads gauges at the end of a run. A run whose end is recognised later, because nothing goes on
/// any more, gives what its levels were then.
class RunLevels {
 public:
  /// A level of the result, and its times, where they are kept (else null).
  struct Level {
    std::string_view name;
    sim::Gauge* gauge;
    sim::TimesHeld* times;
  };

  /// Before all else: `levels` in the order of the contract, and the series of some of them.
  void connect(std::vector<Level> levels, RunSeries& series);
  /// The statistics begin at `now`.
  void start(sim::Time now);
  /// The run ends at `now`; what still happens at this moment counts.
  void end(sim::Time now);
  /// Remembers what the levels have been up to `now`, in place of what was remembered before.
  void keep(sim::Time now);
  /// The run has ended when keep() was called last. Requires that it was.
  void end_as_kept();

  /// What the gauges were in the observed time.
  std::vector<GaugeResult> results() const;
  /// The laws of queues that do not hold. They are exact: what is held is counted by level and by
  /// time over the same span. A run that ends within its warm-up has observed nothing.
  std::vector<LawDrift> drifts(sim::Time from) const;

 private:
  /// A gauge in the observed time.
  struct Reading {
    double mean = 0.0;
    std::int64_t max = 0, final = 0;
    sim::Gauge::Area by_level = 0, by_times = 0;
  };
  std::vector<Reading> read(sim::Time until) const;
  std::vector<Reading> readings() const { return ended_as_kept_ ? kept_ : read(end_); }

  RunSeries* series_ = nullptr;
  std::vector<Level> levels_;
  std::vector<Reading> kept_;
  bool ended_as_kept_ = false;
  sim::Time kept_at_{}, end_{};
};

}  // namespace faultpath::models
