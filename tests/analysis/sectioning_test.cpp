// Merging and effective values against formulas, and intervals against known quantiles of a queue.
#include "analysis/sectioning.hpp"

#include <gtest/gtest.h>

#include <array>
#include <random>

#include "tests/analysis/runs.hpp"

namespace faultpath::analysis {
namespace {

using Pointers = std::vector<const Distribution*>;

Pointers pointers_to(const std::vector<Distribution>& all) {
  Pointers pointers;
  for (const auto& one : all) pointers.push_back(&one);
  return pointers;
}

TEST(Merged, HasTheMomentsOfAllValuesTogether) {
  const std::vector<double> first{2, 4, 4, 4}, second{5, 5, 7, 9, 100};
  std::vector<double> all = first;
  all.insert(all.end(), second.begin(), second.end());
  const std::vector<Distribution> parts{distribution_of("d", first), distribution_of("d", {}),
                                        distribution_of("d", second)};
  const auto whole = merged(pointers_to(parts));
  const auto expected = distribution_of("d", all);
  EXPECT_EQ(whole.count, 9u);
  EXPECT_DOUBLE_EQ(whole.mean, expected.mean);
  EXPECT_DOUBLE_EQ(whole.stddev, expected.stddev);
  EXPECT_EQ(whole.min, 2.0);
  EXPECT_EQ(whole.max, 100.0);
  EXPECT_EQ(whole.histogram, expected.histogram);
}

// n values in each replication, `above` of them at 100 ns and the others at 1 ns.
Distribution two_levels(std::size_t n, std::size_t above) {
  std::vector<double> values(n, 1.0);
  std::fill_n(values.begin(), above, 100.0);
  return distribution_of("d", values);
}

TEST(EffectiveBeyond, IsTheNumberOfValuesWhereReplicationsAreAlike) {
  const std::vector<Distribution> alike{two_levels(1000, 50), two_levels(1000, 50)};
  EXPECT_NEAR(effective_beyond(merged(pointers_to(alike)), pointers_to(alike), 0.9), 100.0, 1e-9);
}

TEST(EffectiveBeyond, FallsWithTheDesignEffectOfTheSharesAbove) {
  // 2100 of 3000 values are 1 ns: the quantile 0.7. Of the replications 0.4, 0.2 and 0.3 lie above,
  // with the variance 0.01: D = 1000 * 0.01 / (0.7 * 0.3), and 300 beyond are worth 300 / D = 6.3.
  const std::vector<Distribution> parts{two_levels(1000, 400), two_levels(1000, 200),
                                        two_levels(1000, 300)};
  EXPECT_NEAR(effective_beyond(merged(pointers_to(parts)), pointers_to(parts), 0.7), 6.3, 1e-9);
}

// Waiting and service in an M/M/1 queue of utilisation `load` and mean service 1, from its steady
// state on: the sojourn time of a customer is exponential with rate 1 - load.
class Queue {
 public:
  Queue(double load, std::uint64_t seed) : load_(load), engine_(seed) {}

  // In units of 1000 ns, so that buckets are what they are for real latencies.
  std::vector<double> sojourns(std::size_t count) {
    std::vector<double> times;
    double sojourn = exponential(1.0 / (1.0 - load_));
    for (std::size_t i = 0; i < count; ++i) {
      times.push_back(1000.0 * sojourn);
      sojourn = std::max(0.0, sojourn - exponential(1.0 / load_)) + exponential(1.0);
    }
    return times;
  }
  static double quantile(double load, double q) { return -1000.0 * std::log1p(-q) / (1.0 - load); }

 private:
  double exponential(double mean) {
    return -mean * std::log1p(-0x1p-53 * static_cast<double>(engine_() >> 11));
  }

  double load_;
  std::mt19937_64 engine_;
};

struct Setting {
  double load;
  std::size_t values, replications;
};

// How often of `experiments` each rule's interval of a quantile held the true one.
struct Coverage {
  double sections = 0.0, means = 0.0, effective = 0.0;
};
constexpr std::array<double, 3> kQs{0.5, 0.9, 0.99};
constexpr std::size_t kExperiments = 400;

bool holds(const Interval& interval, double truth) {
  return *interval.low <= truth && truth <= *interval.high;
}

// The rule of former versions: the mean of each replication's quantile, taken at the middle of its
// bucket, with Student's interval.
Interval interval_of_means(const std::vector<Distribution>& replications, double q) {
  std::vector<double> quantiles;
  for (const auto& one : replications) {
    const auto inside = static_cast<std::int64_t>(one.histogram.quantile(q));
    const auto width = Histogram::width(inside, 6);
    quantiles.push_back(1e-3 * static_cast<double>(inside / width * width + (width - 1) / 2));
  }
  return interval_of(quantiles, 0.95);
}

std::array<Coverage, kQs.size()> coverage_of(const Setting& setting) {
  std::array<Coverage, kQs.size()> coverage;
  Queue queue(setting.load, 20260101);
  for (std::size_t experiment = 0; experiment < kExperiments; ++experiment) {
    std::vector<Distribution> replications;
    for (std::size_t i = 0; i < setting.replications; ++i)
      replications.push_back(distribution_of("d", queue.sojourns(setting.values)));
    const auto pointers = pointers_to(replications);
    const auto whole = merged(pointers);
    for (std::size_t i = 0; i < kQs.size(); ++i) {
      const double truth = Queue::quantile(setting.load, kQs[i]);
      const auto estimate = sectioned_quantile(whole, pointers, kQs[i], 0.95);
      const double share = 1.0 / static_cast<double>(kExperiments);
      coverage[i].sections += share * holds(estimate.interval, truth);
      coverage[i].means += share * holds(interval_of_means(replications, kQs[i]), truth);
      coverage[i].effective += share * estimate.effective;
    }
  }
  return coverage;
}

// Of 400 intervals that hold with 95 %, the share that do has the standard deviation 1.1 %: these
// limits are 4.6 and 2.8 of them away.
constexpr double kLeast = 0.90, kMost = 0.98;

TEST(SectionedQuantileSlow, ItsIntervalsHoldTheTrueQuantilesOfAQueue) {
  const auto coverage = coverage_of({.load = 0.3, .values = 1000, .replications = 10});
  for (std::size_t i = 0; i < kQs.size(); ++i) {
    EXPECT_GE(coverage[i].effective, 3.0) << kQs[i];
    EXPECT_GE(coverage[i].sections, kLeast) << kQs[i];
    EXPECT_LE(coverage[i].sections, kMost) << kQs[i];
  }
}

TEST(SectionedQuantileSlow, HoldsWhereTheMeanOfTheReplicationsQuantilesDoesNot) {
  // Nearly independent exponentials: a replication's p99 is the 495th of its 500 values, whose mean
  // is H(500) - H(5) = 4.51 of the mean instead of log 100 = 4.61, with the deviation 0.42. The
  // interval of forty such quantiles is 0.14 wide to each side.
  const auto p99 = coverage_of({.load = 0.1, .values = 500, .replications = 40})[2];
  EXPECT_GE(p99.effective, 3.0);
  EXPECT_GE(p99.sections, kLeast);
  EXPECT_LE(p99.sections, kMost);
  EXPECT_LT(p99.means, 0.85);
}

TEST(SectionedQuantile, OfOneReplicationHasNoInterval) {
  const std::vector<Distribution> one{two_levels(10, 5)};
  const auto estimate = sectioned_quantile(one[0], pointers_to(one), 0.9, 0.95);
  EXPECT_EQ(estimate.interval.n, 1u);
  EXPECT_FALSE(estimate.interval.low);
}

}  // namespace
}  // namespace faultpath::analysis
