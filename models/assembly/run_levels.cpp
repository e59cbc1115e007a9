// Starting, keeping and reading gauges.
#include "models/assembly/run_levels.hpp"

#include <string>
#include <utility>

#include "sim/ensure.hpp"

namespace faultpath::models {

void RunLevels::connect(std::vector<Level> levels, RunSeries& series) {
  levels_ = std::move(levels);
  series_ = &series;
}

void RunLevels::start(sim::Time now) {
  for (const Level& level : levels_) {
    level.gauge->start_statistics(now);
    if (level.times != nullptr) level.times->start_statistics(now);
  }
}

void RunLevels::end(sim::Time now) {
  end_ = now;
  for (const Level& level : levels_) {
    level.gauge->end_statistics(end_);
    if (level.times != nullptr) level.times->end_statistics(end_);
  }
}

void RunLevels::keep(sim::Time now) {
  kept_at_ = now;
  kept_ = read(kept_at_);
  series_->keep();
}

void RunLevels::end_as_kept() {
  ENSURE(kept_.size() == levels_.size(), "what the levels were is known");
  ended_as_kept_ = true;
  end(kept_at_);
  series_->return_to_kept();
}

std::vector<RunLevels::Reading> RunLevels::read(sim::Time until) const {
  std::vector<Reading> readings;
  for (const Level& level : levels_) {
    const sim::Gauge& gauge = *level.gauge;
    readings.push_back({.mean = gauge.mean(until),
                        .max = gauge.max(),
                        .final = gauge.final(),
                        .by_level = gauge.area(until),
                        .by_times = level.times != nullptr ? level.times->area(until) : 0});
  }
  return readings;
}

std::vector<GaugeResult> RunLevels::results() const {
  std::vector<GaugeResult> results;
  const std::vector<Reading> all = readings();
  for (std::size_t i = 0; i < levels_.size(); ++i) {
    results.push_back({std::string(levels_[i].name), all[i].mean, all[i].max, all[i].final});
  }
  return results;
}

std::vector<LawDrift> RunLevels::drifts(sim::Time from) const {
  std::vector<LawDrift> drifts;
  if (end_ <= from) return drifts;
  const std::vector<Reading> all = readings();
  const auto span = static_cast<double>((end_ - from).count());
  for (std::size_t i = 0; i < levels_.size(); ++i) {
    const Reading& one = all[i];
    if (levels_[i].times == nullptr || one.by_level == one.by_times) continue;
    drifts.push_back(
        {std::string(levels_[i].name), one.mean, static_cast<double>(one.by_times) / span});
  }
  return drifts;
}

}  // namespace faultpath::models
