// Which metrics there are, and when they say something.
#include "analysis/comparison.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "analysis/metrics.hpp"
#include "analysis/sectioning.hpp"

namespace faultpath::analysis {
namespace {

using Runs = std::span<const Run* const>;

constexpr std::uint64_t kFewestValues = 30;  // of a distribution, in each replication
constexpr double kFewestBeyond = 5.0;        // a quantile
constexpr std::uint64_t kFewestEvents = 30;  // of a counter
constexpr double kShareOfTail = 0.05;        // by which a quantile's tail may change in probability
constexpr double kMargin = 0.02;             // of what is no statistic of a distribution

constexpr std::array<std::string_view, 5> kMustStayZero{
    "queue_overflows", "timeouts", "lost_responses", "dma_dropped", "faults_fatal"};
// The throughput speaks for them.
constexpr std::array<std::string_view, 2> kRated{"dma_operations", "dma_bytes"};
constexpr std::array<std::string_view, 2> kMoreIsBetter{"atc_hits", "iotlb_hits"};

template <class Names>
bool holds(const Names& names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

template <class Get>
Sample sample_of(Runs base, Runs now, Get get) {
  Sample sample;
  for (const auto* run : base) sample.base.push_back(get(*run));
  for (const auto* run : now) sample.now.push_back(get(*run));
  return sample;
}

bool all_above_zero(const Sample& sample) {
  const auto above = [](double value) { return value > 0.0; };
  return std::ranges::all_of(sample.base, above) && std::ranges::all_of(sample.now, above);
}

double counter_of(const Run& run, std::string_view name) {
  const auto* counter = run.counter(name);
  return counter == nullptr ? 0.0 : static_cast<double>(counter->value);
}

// Collects the comparisons of one case.
class Collector {
 public:
  Collector(Runs base, Runs now, const Margins& margins)
      : base_(base), now_(now), margins_(margins) {}

  Comparisons collect() {
    for (const auto name : checked_distributions()) add_distribution(name);
    for (const auto& rate : rate_table().first(1)) add_throughput(rate);
    add_scalar("locked_bytes.max", Quantity::bytes, [](const Run& run) {
      const auto* gauge = run.gauge("locked_bytes");
      return gauge == nullptr ? 0.0 : gauge->max;
    });
    add_scalar("startup.max", Quantity::nanoseconds, [](const Run& run) {
      const auto* distribution = run.distribution("startup_ns");
      return distribution == nullptr ? 0.0 : distribution->max;
    });
    for (const auto& name : counter_names()) add_counter(name);
    return std::move(result_);
  }

 private:
  // Of both, in the order of the baseline; one that a side does not have, it did not count.
  std::vector<std::string> counter_names() const {
    std::vector<std::string> names;
    for (const auto* run : {base_.front(), now_.front()})
      for (const auto& counter : run->counters)
        if (!holds(names, counter.name)) names.push_back(counter.name);
    return names;
  }

  void leave(std::string metric, std::string why) {
    result_.not_tested.push_back({std::move(metric), std::move(why)});
  }

  void add_distribution(std::string_view name) {
    const auto get = [&](Runs runs) {
      std::vector<const Distribution*> all;
      for (const auto* run : runs)
        if (const auto* values = run->distribution(name)) all.push_back(values);
      return all;
    };
    const auto base = get(base_), now = get(now_);
    if (base.size() != base_.size() || now.size() != now_.size()) return;
    std::uint64_t fewest = UINT64_MAX, most = 0;
    for (const auto& side : {base, now}) {
      for (const auto* one : side) {
        fewest = std::min(fewest, one->count);
        most = std::max(most, one->count);
      }
    }
    if (most == 0) return;
    if (fewest < kFewestValues)
      return leave(short_name(name),
                   fmt::format("{} values in a replication, {} are needed", fewest, kFewestValues));
    add_statistics(name, base, now, fewest);
  }

  void add_statistics(std::string_view name, std::span<const Distribution* const> base,
                      std::span<const Distribution* const> now, std::uint64_t fewest) {
    const auto whole = merged(base);
    for (const auto& statistic : checked_statistics()) {
      const auto metric = short_name(name) + "." + std::string{statistic.name};
      const double beyond = static_cast<double>(fewest) * (1.0 - statistic.q);
      // 500 * (1 - 0.99) is 5 but for rounding.
      if (beyond < kFewestBeyond * (1.0 - 1e-9)) {
        leave(metric, fmt::format("{:.2g} values beyond it in a replication, {:g} are needed: run "
                                  "{:.0f} times longer",
                                  beyond, kFewestBeyond, std::ceil(kFewestBeyond / beyond)));
        continue;
      }
      Comparison comparison{.metric = metric,
                            .quantity = Quantity::nanoseconds,
                            .margin = margins_.of_statistic(name, statistic),
                            .values = {},
                            .shares_above = std::nullopt};
      const auto value = [&](const Distribution* one) {
        return statistic.q == 0.0 ? one->mean : one->histogram.quantile(statistic.q) / 1e3;
      };
      std::ranges::transform(base, std::back_inserter(comparison.values.base), value);
      std::ranges::transform(now, std::back_inserter(comparison.values.now), value);
      if (statistic.q > 0.0) {
        const double quantile = whole.histogram.quantile(statistic.q);
        const auto share = [&](const Distribution* one) {
          return one->histogram.share_above(quantile);
        };
        auto& shares = comparison.shares_above.emplace();
        std::ranges::transform(base, std::back_inserter(shares.base), share);
        std::ranges::transform(now, std::back_inserter(shares.now), share);
        comparison.margin_of_share = kShareOfTail * (1.0 - statistic.q);
      }
      add(std::move(comparison));
    }
  }

  void add_throughput(const Rate& rate) {
    add_scalar(
        "throughput", Quantity::bytes_per_second,
        [&](const Run& run) { return rate_of(run, rate).value_or(0.0); }, true);
  }

  template <class Get>
  void add_scalar(std::string metric, Quantity quantity, Get get, bool more_is_better = false) {
    add({.metric = metric,
         .quantity = quantity,
         .more_is_better = more_is_better,
         .margin = margins_.of(metric, kMargin),
         .values = sample_of(base_, now_, get),
         .shares_above = std::nullopt});
  }

  void add_counter(const std::string& name) {
    if (holds(kRated, name)) return;
    const auto counts =
        sample_of(base_, now_, [&](const Run& run) { return counter_of(run, name); });
    const bool guarded = holds(kMustStayZero, name);
    const double before = std::ranges::max(counts.base), after = std::ranges::max(counts.now);
    if (before == 0.0 && after == 0.0) return;
    if (before == 0.0 && guarded) return result_.appeared.push_back({name, mean_of(counts.now)});
    const double fewest = std::min(std::ranges::min(counts.base), std::ranges::min(counts.now));
    if (fewest < (guarded ? 1.0 : static_cast<double>(kFewestEvents)))
      return leave(
          name,
          fmt::format("{:g} in a replication before, {:g} now; {} in each are needed",
                      mean_of(counts.base), mean_of(counts.now), guarded ? 1 : kFewestEvents));
    add_events(name, counts);
  }

  // A count of n events is known to 1 / sqrt(n) at best; within two of that it has not changed.
  void add_events(const std::string& name, const Sample& counts) {
    const double otherwise = std::max(kMargin, 2.0 / std::sqrt(mean_of(counts.base)));
    const auto operations =
        sample_of(base_, now_, [](const Run& run) { return counter_of(run, "dma_operations"); });
    Comparison comparison{.metric = name,
                          .quantity = Quantity::count,
                          .more_is_better = holds(kMoreIsBetter, name),
                          .margin = margins_.of(name, otherwise),
                          .values = counts,
                          .shares_above = std::nullopt};
    if (all_above_zero(operations)) {
      comparison.quantity = Quantity::per_operation;
      auto& values = comparison.values;
      for (std::size_t i = 0; i < values.base.size(); ++i) values.base[i] /= operations.base[i];
      for (std::size_t i = 0; i < values.now.size(); ++i) values.now[i] /= operations.now[i];
    }
    add(std::move(comparison));
  }

  void add(Comparison comparison) {
    if (all_above_zero(comparison.values)) return result_.metrics.push_back(std::move(comparison));
    const double before = mean_of(comparison.values.base), after = mean_of(comparison.values.now);
    if (before == 0.0 && after == 0.0) return;
    leave(comparison.metric, fmt::format("0 in some replications; {:.3g} on average before, {:.3g} "
                                         "now",
                                         before, after));
  }

  Runs base_, now_;
  const Margins& margins_;
  Comparisons result_;
};

// The mean time of a stage over all faults of these runs.
double stage_mean(Runs runs, std::string_view name) {
  double sum = 0.0, count = 0.0;
  for (const auto* run : runs) {
    const auto stage = std::ranges::find(run->stages, name, &Stage::name);
    if (stage == run->stages.end()) continue;
    sum += stage->mean * static_cast<double>(stage->count);
    count += static_cast<double>(stage->count);
  }
  return count > 0.0 ? sum / count : 0.0;
}

}  // namespace

Comparisons comparisons_of(Runs base, Runs now, const Margins& margins) {
  return Collector{base, now, margins}.collect();
}

std::vector<std::string> checkable_metrics(const Result& result) {
  std::vector<std::string> names{"throughput", "locked_bytes.max", "startup.max"};
  for (const auto distribution : checked_distributions())
    for (const auto& statistic : checked_statistics())
      names.push_back(short_name(distribution) + "." + std::string{statistic.name});
  for (const auto& run : result.runs)
    for (const auto& counter : run.counters)
      if (!holds(kRated, counter.name) && !holds(names, counter.name))
        names.push_back(counter.name);
  return names;
}

std::vector<StageChange> stage_changes(Runs base, Runs now) {
  std::vector<StageChange> changes;
  for (const auto& stage : now.front()->stages) {
    const double before = stage_mean(base, stage.name), after = stage_mean(now, stage.name);
    if (before != after) changes.push_back({stage.name, before, after});
  }
  std::ranges::stable_sort(changes, std::greater{}, [](const StageChange& change) {
    return std::abs(change.now - change.base);
  });
  return changes;
}

}  // namespace faultpath::analysis
