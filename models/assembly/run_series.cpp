// Reading bins out as values.
#include "models/assembly/run_series.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "sim/ensure.hpp"

namespace faultpath::models {
namespace {

using LevelBin = sim::LevelSeries::Bin;
using TimeBin = sim::TimeSeries::Bin;

SeriesResult empty_series(std::string_view name, sim::Duration step) {
  const auto info = std::ranges::find(series_table(), name, &SeriesInfo::name);
  ENSURE(info != series_table().end(), "every series is in the table");
  return {info->name, info->kind, step, {}};
}

// The last step covers what is left.
SeriesResult mean_of(std::string_view name, const sim::LevelSeries& series, sim::Time epoch,
                     sim::Time end) {
  SeriesResult result = empty_series(name, series.step());
  sim::Time begin = epoch;
  for (const LevelBin& bin : series.bins()) {
    const sim::Duration covered = std::min(series.step(), end - begin);
    result.values.push_back(bin.area / static_cast<double>(covered.count()));
    begin = sim::later(begin, series.step());
  }
  return result;
}

SeriesResult max_of(std::string_view name, const sim::LevelSeries& series) {
  SeriesResult result = empty_series(name, series.step());
  for (const LevelBin& bin : series.bins()) {
    result.values.push_back(static_cast<double>(bin.max));
  }
  return result;
}

template <class Value>
SeriesResult values_of(std::string_view name, const sim::TimeSeries& series, sim::Duration covered,
                       Value value) {
  SeriesResult result = empty_series(name, series.step());
  const auto steps = (covered.count() + series.step().count() - 1) / series.step().count();
  for (std::int64_t i = 0; i < std::min<std::int64_t>(steps, sim::TimeSeries::kBins); ++i) {
    result.values.push_back(value(series.bins()[static_cast<std::size_t>(i)]));
  }
  return result;
}

double count_of(const TimeBin& bin) { return static_cast<double>(bin.count); }
double mean_of(const TimeBin& bin) {
  const double count = static_cast<double>(std::max<std::uint64_t>(bin.count, 1));
  return static_cast<double>(bin.sum) / 1e3 / count;
}
double max_of(const TimeBin& bin) { return static_cast<double>(bin.max) / 1e3; }

}  // namespace

void RunSeries::start(sim::Time epoch, const FollowedStats& stats, bool with_levels) {
  epoch_ = epoch;
  with_levels_ = with_levels;
  stats.devices.series.start(epoch);
  stats.iommu.drops.start(epoch);
  if (!with_levels) return;
  stats.mapping.locked_bytes.follow(epoch, levels_.locked);
  stats.memory.resident_bytes.follow(epoch, levels_.resident);
  stats.mapping.mapped_bytes.follow(epoch, levels_.mapped);
  stats.iommu.queue_depth.follow(epoch, levels_.queue_depth);
  stats.devices.outstanding_requests.follow(epoch, levels_.outstanding);
}

void RunSeries::keep() {
  if (with_levels_) kept_ = levels_;
}

void RunSeries::return_to_kept() { levels_ = kept_; }

std::vector<SeriesResult> RunSeries::result(sim::Time end, const FollowedStats& stats) {
  const sim::TimeSeries& operations = stats.devices.series;
  // What completes at the very end is in a step of its own where a step ends there.
  const sim::Duration covered = end - epoch_ + sim::picoseconds(1);
  std::vector<SeriesResult> series;
  if (with_levels_) {
    for (sim::LevelSeries* each : {&levels_.locked, &levels_.resident, &levels_.mapped,
                                   &levels_.queue_depth, &levels_.outstanding})
      each->finish(end);
    series = {mean_of("locked_bytes", levels_.locked, epoch_, end),
              mean_of("resident_bytes", levels_.resident, epoch_, end),
              mean_of("mapped_bytes", levels_.mapped, epoch_, end),
              max_of("queue_depth_max", levels_.queue_depth),
              mean_of("outstanding", levels_.outstanding, epoch_, end)};
  }
  series.push_back(values_of("operations", operations, covered, count_of));
  series.push_back(values_of("dma_latency_ns_mean", operations, covered,
                             [](const TimeBin& bin) { return mean_of(bin); }));
  series.push_back(values_of("dma_latency_ns_max", operations, covered,
                             [](const TimeBin& bin) { return max_of(bin); }));
  if (with_levels_) series.push_back(values_of("dropped", stats.iommu.drops, covered, count_of));
  return series;
}

}  // namespace faultpath::models
