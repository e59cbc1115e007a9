// Merging, sectioning and the design effect.
#include "analysis/sectioning.hpp"

#include <algorithm>
#include <cmath>

namespace faultpath::analysis {
namespace {

std::size_t count_of(std::span<const Distribution* const> replications) {
  std::size_t count = 0;
  for (const auto* one : replications) count += one->count;
  return count;
}

}  // namespace

Distribution merged(std::span<const Distribution* const> replications) {
  Distribution whole{.name = replications.front()->name,
                     .count = count_of(replications),
                     .min = replications.front()->min,
                     .max = 0.0,
                     .histogram = {}};
  std::vector<const Histogram*> histograms;
  const auto n = static_cast<double>(whole.count);
  for (const auto* one : replications) {
    if (one->count == 0) continue;
    if (histograms.empty()) whole.min = one->min;
    whole.mean += one->mean * (static_cast<double>(one->count) / n);
    whole.min = std::min(whole.min, one->min);
    whole.max = std::max(whole.max, one->max);
    histograms.push_back(&one->histogram);
  }
  double variance = 0.0;
  for (const auto* one : replications) {
    const double off = one->mean - whole.mean;
    const double share = static_cast<double>(one->count) / n;
    variance += share * (one->stddev * one->stddev + off * off);
  }
  whole.stddev = std::sqrt(variance);
  whole.histogram = merged(histograms);
  return whole;
}

Sections sections_of(const Case& one, std::string_view distribution) {
  Sections sections;
  for (const auto* run : one.runs) {
    const auto* values = run->distribution(distribution);
    if (values != nullptr && values->count > 0) sections.replications.push_back(values);
  }
  if (!sections.replications.empty()) sections.whole = merged(sections.replications);
  return sections;
}

QuantileEstimate sectioned_quantile(const Distribution& whole,
                                    std::span<const Distribution* const> replications, double q,
                                    double confidence) {
  std::vector<double> quantiles;
  for (const auto* one : replications) quantiles.push_back(one->quantile(q));
  const auto n = static_cast<double>(quantiles.size());
  QuantileEstimate estimate{
      {.mean = whole.quantile(q), .low = {}, .high = {}, .n = quantiles.size()},
      effective_beyond(whole, replications, q)};
  if (quantiles.size() < 2) return estimate;
  const double error = std::sqrt(sample_variance(quantiles, estimate.interval.mean) / n);
  set_bounds(estimate.interval, error, n - 1.0, confidence);
  return estimate;
}

double effective_beyond(const Distribution& whole,
                        std::span<const Distribution* const> replications, double q) {
  const double n =
      static_cast<double>(count_of(replications)) / static_cast<double>(replications.size());
  const double beyond = n * (1.0 - q);
  if (replications.size() < 2) return beyond;
  const double quantile = 1e3 * whole.quantile(q);
  std::vector<double> shares;
  for (const auto* one : replications) shares.push_back(one->histogram.share_above(quantile));
  const double effect = n * sample_variance(shares, mean_of(shares)) / (q * (1.0 - q));
  return beyond / std::max(1.0, effect);
}

}  // namespace faultpath::analysis
