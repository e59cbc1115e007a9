// The rule of a check.
#include "analysis/check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "analysis/changed_keys.hpp"
#include "analysis/comparison.hpp"
#include "analysis/pairing.hpp"
#include "analysis/t_test.hpp"

namespace faultpath::analysis {
namespace {

constexpr double kFamilyLevel = 0.01;       // of Holm's procedure over all metrics
constexpr double kEquivalenceLevel = 0.05;  // of each of two one-sided tests
constexpr double kConfidence = 0.95;        // of the intervals that are shown

std::vector<double> logarithms(const std::vector<double>& values) {
  std::vector<double> result;
  for (const double value : values) result.push_back(std::log(value));
  return result;
}

// A metric with what decides about it.
struct Tested {
  MetricCheck check;
  Difference difference;  // of the logarithms
  double margin = 0.0;    // of the logarithm
  bool is_same = false;
  bool more_is_better = false;
};

Interval ratio_of(const Difference& difference) {
  Interval interval{difference.mean, {}, {}, 0};
  set_bounds(interval, difference.error, difference.degrees, kConfidence);
  return {std::expm1(interval.mean), std::expm1(*interval.low), std::expm1(*interval.high), 0};
}

Tested test(const Comparison& comparison, bool is_paired) {
  const auto between = [&](const std::vector<double>& base, const std::vector<double>& now) {
    return is_paired ? paired_difference(base, now) : welch_difference(base, now);
  };
  const auto base = logarithms(comparison.values.base), now = logarithms(comparison.values.now);
  Tested tested{.check = {.metric = comparison.metric,
                          .quantity = comparison.quantity,
                          .base = std::exp(mean_of(base)),
                          .now = std::exp(mean_of(now)),
                          .change = std::nullopt,
                          .margin = comparison.margin,
                          .replications = std::nullopt},
                .difference = between(base, now),
                .margin = std::log1p(comparison.margin),
                .more_is_better = comparison.more_is_better};
  tested.check.change = ratio_of(tested.difference);
  tested.check.change->n = now.size();
  tested.check.p = p_value(tested.difference);
  tested.is_same = lies_within(tested.difference, tested.margin, kEquivalenceLevel);
  if (const auto& shares = comparison.shares_above; shares && !tested.is_same)
    tested.is_same = lies_within(between(shares->base, shares->now), comparison.margin_of_share,
                                 kEquivalenceLevel);
  return tested;
}

Verdict verdict_of(const Tested& tested, bool differs) {
  if (tested.is_same) return Verdict::same;
  if (!differs) return Verdict::inconclusive;
  return (tested.difference.mean > 0.0) == tested.more_is_better ? Verdict::better : Verdict::worse;
}

// Tests the metrics of all cases together, as Holm's procedure wants them.
class Comparer {
 public:
  explicit Comparer(const Margins& margins) : margins_(margins) {}

  void add(const Pairing& pairing, CaseCheck& one) {
    one.stages = stage_changes(pairing.base, pairing.now);
    if (std::min(pairing.base.size(), pairing.now.size()) < 2) {
      one.not_tested.push_back({"every metric", "differences need two replications at least"});
      return;
    }
    auto comparisons = comparisons_of(pairing.base, pairing.now, margins_);
    one.not_tested = std::move(comparisons.not_tested);
    for (auto& [metric, now] : comparisons.appeared)
      one.metrics.push_back({.metric = metric,
                             .now = now,
                             .change = std::nullopt,
                             .p = 0.0,
                             .verdict = Verdict::worse,
                             .replications = std::nullopt});
    for (const auto& comparison : comparisons.metrics) {
      tested_.push_back(test(comparison, pairing.is_paired));
      owners_.push_back(&one);
    }
  }

  // Moves each metric to its case.
  void decide() {
    std::vector<double> p_values;
    for (const auto& tested : tested_) p_values.push_back(tested.check.p);
    const auto differs = holm(p_values, kFamilyLevel);
    for (std::size_t i = 0; i < tested_.size(); ++i) {
      auto& check = tested_[i].check;
      check.verdict = verdict_of(tested_[i], differs[i]);
      if (check.verdict == Verdict::inconclusive) check.replications = needed(tested_[i]);
      owners_[i]->metrics.push_back(std::move(check));
    }
  }

 private:
  // To show that it is the same, or, where it seems to have changed by more, that it differs.
  std::optional<std::uint64_t> needed(const Tested& tested) const {
    const auto& difference = tested.difference;
    const double change = std::abs(difference.mean);
    const double deviation =
        difference.error * std::sqrt(static_cast<double>(tested.check.change->n));
    if (change < tested.margin)
      return replications_to_show(tested.margin - change, deviation, kEquivalenceLevel);
    return replications_to_show(change, deviation,
                                kFamilyLevel / 2.0 / static_cast<double>(tested_.size()));
  }

  const Margins& margins_;
  std::vector<Tested> tested_;
  std::vector<CaseCheck*> owners_;
};

void find_contradictions(const Pairing& pairing, Check& check) {
  for (std::size_t i = 0; i < pairing.base.size(); ++i) {
    const auto &base = *pairing.base[i], &now = *pairing.now[i];
    if (base.fingerprint != now.fingerprint || have_equal_data(base, now)) continue;
    check.contradictions.push_back(
        fmt::format("{}, seed {}, replication {}", now.label(), now.seed, now.replication));
  }
}

Verdict verdict_of(const CaseCheck& one) {
  if (one.is_identical) return Verdict::same;
  if (one.metrics.empty()) return Verdict::inconclusive;
  return std::ranges::max(one.metrics, {}, &MetricCheck::verdict).verdict;
}

Outcome outcome_of(const Check& check) {
  const bool lacks_some = !check.only_base.empty() || check.cases.empty();
  Verdict worst = lacks_some ? Verdict::inconclusive : Verdict::same;
  for (const auto& one : check.cases) worst = std::max(worst, one.verdict);
  switch (worst) {
    case Verdict::same:
      break;
    case Verdict::inconclusive:
      return Outcome::inconclusive;
    case Verdict::better:
      return Outcome::better;
    case Verdict::worse:
      return Outcome::worse;
  }
  return std::ranges::all_of(check.cases, &CaseCheck::is_identical) ? Outcome::identical
                                                                    : Outcome::same;
}

// Merging needs one.
void check_resolution(const Result& base, const Result& now) {
  std::optional<int> sub_bits;
  for (const auto* result : {&base, &now}) {
    for (const auto& run : result->runs) {
      for (const auto& distribution : run.distributions) {
        const int bits = distribution.histogram.sub_bits();
        if (sub_bits.value_or(bits) != bits)
          throw ResultError(fmt::format(
              "cannot compare histograms of 2^{} and of 2^{} buckets a power of two; make the "
              "baseline anew",
              *sub_bits, bits));
        sub_bits = bits;
      }
    }
  }
}

}  // namespace

Check check(const Result& base, const Result& now, const Margins& margins) {
  check_resolution(base, now);
  Check result;
  result.changed_keys = changed_keys(base.scenario.resolved, now.scenario.resolved);
  const auto base_cases = cases_of(base.runs), now_cases = cases_of(now.runs);
  for (const auto& one : now_cases)
    if (std::ranges::find(base_cases, one.label, &Case::label) == base_cases.end())
      result.only_now.push_back(one.label);
  result.cases.reserve(base_cases.size());  // they are pointed to
  Comparer comparer{margins};
  for (const auto& one : base_cases) {
    const auto other = std::ranges::find(now_cases, one.label, &Case::label);
    if (other == now_cases.end()) {
      result.only_base.push_back(one.label);
      continue;
    }
    const auto pairing = pair_up(one, *other);
    auto& compared = result.cases.emplace_back(CaseCheck{.label = one.label,
                                                         .base_replications = pairing.base.size(),
                                                         .replications = pairing.now.size(),
                                                         .is_paired = pairing.is_paired,
                                                         .is_identical = went_the_same_way(pairing),
                                                         .metrics = {},
                                                         .not_tested = {},
                                                         .stages = {},
                                                         .divergence = divergence_of(pairing)});
    if (!compared.is_identical) comparer.add(pairing, compared);
    if (pairing.is_paired && result.changed_keys.empty()) find_contradictions(pairing, result);
  }
  comparer.decide();
  for (auto& one : result.cases) one.verdict = verdict_of(one);
  result.outcome = outcome_of(result);
  return result;
}

std::string_view name_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::same:
      return "same";
    case Verdict::inconclusive:
      return "inconclusive";
    case Verdict::better:
      return "better";
    case Verdict::worse:
      return "worse";
  }
  return {};
}

std::string_view name_of(Outcome outcome) {
  switch (outcome) {
    case Outcome::identical:
      return "identical";
    case Outcome::same:
      return "trajectory changed, statistically the same";
    case Outcome::inconclusive:
      return "inconclusive";
    case Outcome::better:
      return "better";
    case Outcome::worse:
      return "worse";
  }
  return {};
}

}  // namespace faultpath::analysis
