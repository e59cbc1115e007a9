// MSER-5, and the mean series of pilots.
#include "analysis/warmup.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

namespace faultpath::analysis {
namespace {

constexpr std::size_t kBatch = 5;
constexpr std::size_t kFewestBatches = 10;  // assumed: fewer say nothing about steadiness

std::vector<double> batch_means(std::span<const double> values) {
  std::vector<double> means;
  for (std::size_t i = 0; i + kBatch <= values.size(); i += kBatch) {
    const auto batch = values.subspan(i, kBatch);
    means.push_back(std::accumulate(batch.begin(), batch.end(), 0.0) / kBatch);
  }
  return means;
}

// The squared standard error of the mean, up to a constant factor.
double squared_error(std::span<const double> values) {
  const auto n = static_cast<double>(values.size());
  const double mean = std::accumulate(values.begin(), values.end(), 0.0) / n;
  double squares = 0.0;
  for (const double value : values) squares += (value - mean) * (value - mean);
  return squares / (n * n);
}

// Operations by the step in which they completed, and the sum of their latencies.
struct LatencySeries {
  double step_ns = 0.0;
  std::vector<double> sums, counts;
};

LatencySeries series_of(const Run& run) {
  try {
    LatencySeries series{run.series.at("step_ns").get<double>(),
                         run.series.at("dma_latency_ns_mean").get<std::vector<double>>(),
                         run.series.at("operations").get<std::vector<double>>()};
    series.counts.resize(series.sums.size());
    for (std::size_t i = 0; i < series.sums.size(); ++i) series.sums[i] *= series.counts[i];
    return series;
  } catch (const Json::exception& error) {
    throw ResultError(run.label() + ": a pilot without series of DMA latency: " + error.what());
  }
}

std::vector<double> sums_of(const std::vector<double>& values, std::size_t each) {
  std::vector<double> sums((values.size() + each - 1) / each);
  for (std::size_t i = 0; i < values.size(); ++i) sums[i / each] += values[i];
  return sums;
}

// Steps double as a run goes on, so that each is a multiple of any shorter one.
void widen_to(double step_ns, LatencySeries& series) {
  const auto each = static_cast<std::size_t>(std::lround(step_ns / series.step_ns));
  series = {step_ns, sums_of(series.sums, each), sums_of(series.counts, each)};
}

// From the first to the last step with an operation.
struct Levels {
  std::size_t first = 0;
  std::vector<double> values;

  std::size_t end() const { return first + values.size(); }
};

Levels levels_of(const LatencySeries& series) {
  Levels levels;
  std::size_t known = 0;
  for (std::size_t i = 0; i < series.sums.size(); ++i) {
    if (series.counts[i] > 0.0) {
      if (levels.values.empty()) levels.first = i;
      levels.values.push_back(series.sums[i] / series.counts[i]);
      known = levels.values.size();
    } else if (!levels.values.empty()) {
      levels.values.push_back(levels.values.back());
    }
  }
  levels.values.resize(known);
  return levels;
}

// Over the steps that every pilot has begun and none has ended.
Levels mean_of(const std::vector<Levels>& pilots) {
  Levels mean;
  std::size_t end = std::numeric_limits<std::size_t>::max();
  for (const auto& pilot : pilots) {
    mean.first = std::max(mean.first, pilot.first);
    end = std::min(end, pilot.end());
  }
  for (std::size_t i = mean.first; i < end; ++i) {
    double sum = 0.0;
    for (const auto& pilot : pilots) sum += pilot.values[i - pilot.first];
    mean.values.push_back(sum / static_cast<double>(pilots.size()));
  }
  return mean;
}

}  // namespace

std::optional<std::size_t> mser5_truncation(std::span<const double> values) {
  const auto means = batch_means(values);
  if (means.size() < kFewestBatches) return std::nullopt;
  std::size_t best = 0;
  double least = std::numeric_limits<double>::infinity();
  const std::size_t most = means.size() / 2;
  for (std::size_t dropped = 0; dropped <= most; ++dropped) {
    const double error = squared_error(std::span{means}.subspan(dropped));
    if (error >= least) continue;
    least = error;
    best = dropped;
  }
  if (best == most) return std::nullopt;
  return best * kBatch;
}

std::optional<double> settling_time_ns(std::span<const Run* const> pilots) {
  std::vector<LatencySeries> series;
  double step_ns = 0.0;
  for (const auto* pilot : pilots) {
    series.push_back(series_of(*pilot));
    step_ns = std::max(step_ns, series.back().step_ns);
  }
  std::vector<Levels> levels;
  for (auto& one : series) {
    widen_to(step_ns, one);
    levels.push_back(levels_of(one));
  }
  const auto mean = mean_of(levels);
  const auto dropped = mser5_truncation(mean.values);
  if (!dropped) return std::nullopt;
  // Where nothing is to be dropped, neither is the time before the first operation.
  return *dropped == 0 ? 0.0 : step_ns * static_cast<double>(mean.first + *dropped);
}

}  // namespace faultpath::analysis
