// MSER-5.
#include "analysis/warmup.hpp"

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

}  // namespace faultpath::analysis
