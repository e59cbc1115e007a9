// How much a metric may change and still count as the same.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace faultpath::analysis {

/// What a check compares of a distribution: its mean and quantiles.
struct CheckedStatistic {
  std::string_view name;
  double q;       ///< 0: the mean
  double margin;  ///< of the latencies that matter most
};
std::span<const CheckedStatistic> checked_statistics();

/// The distributions that it compares, as a result calls them.
std::span<const std::string_view> checked_distributions();

/// What a check calls a distribution: without `_ns`.
std::string short_name(std::string_view distribution);

/// Margins as shares: 0.02 is 2 %. Unless somebody says otherwise, those of dma_latency and
/// fault_latency are 2 % for mean, p50 and p90, 5 % for p99 and 10 % for p999; those of other
/// distributions are two and a half times as wide.
class Margins {
 public:
  /// The least of a quantile: a histogram does not see an atom of values move within its bucket.
  static constexpr double kLeastOfQuantile = 1.0 / 64.0;

  /// Whether `name` speaks of quantiles, as a distribution does, too, for which kLeastOfQuantile
  /// holds.
  static bool is_of_quantile(std::string_view name);

  /// `name` is a metric (`dma_latency.p99`, `throughput`), a distribution (`dma_latency`) or a
  /// statistic of every distribution (`p99`). Of several that fit a metric the last holds.
  void set(std::string_view name, double margin);

  double of_statistic(std::string_view distribution, const CheckedStatistic& statistic) const;
  /// Of any other metric: what was set, or `otherwise`.
  double of(std::string_view metric, double otherwise) const;

  /// Names that were set and fit none of these metrics.
  std::vector<std::string> without_use(std::span<const std::string> metrics) const;

 private:
  struct Setting {
    std::string name;
    double margin;

    bool fits(std::string_view metric) const;
  };
  std::vector<Setting> settings_;
};

}  // namespace faultpath::analysis
