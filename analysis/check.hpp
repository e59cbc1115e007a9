// Whether a result says the same as a baseline: a verdict on each metric of each case.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "analysis/interval.hpp"
#include "analysis/margins.hpp"
#include "analysis/result.hpp"

namespace faultpath::analysis {

/// In ascending order of what a whole is called by its parts.
enum class Verdict { same, inconclusive, better, worse };

/// How a metric is to be shown.
enum class Quantity { nanoseconds, bytes, bytes_per_second, per_operation, count };

struct MetricCheck {
  std::string metric;  ///< `dma_latency.p99`
  Quantity quantity = Quantity::count;
  double base = 0.0, now = 0.0;  ///< geometric means over the replications
  /// How much larger it is now, as a share of `base`, with its 95 % interval. Absent for a counter
  /// that must stay 0.
  std::optional<Interval> change;
  double margin = 0.0;  ///< a change of less, as a share, is none
  double p = 1.0;       ///< of such a change by chance
  Verdict verdict = Verdict::same;
  std::optional<std::uint64_t> replications;  ///< that would tell, where it is inconclusive
};

/// A metric about which the runs say nothing.
struct NotTested {
  std::string metric, why;
};

/// The mean time of a fault in one stage, in nanoseconds.
struct StageChange {
  std::string stage;
  double base = 0.0, now = 0.0;
};

struct CaseCheck {
  std::string label;
  std::size_t base_replications = 0, replications = 0;
  bool is_paired = false;     ///< both have the same seeds and replications
  bool is_identical = false;  ///< and every run went the same way
  Verdict verdict = Verdict::same;
  std::vector<MetricCheck> metrics;
  std::vector<NotTested> not_tested;
  std::vector<StageChange> stages;  ///< those that changed, the largest change first
  /// Of the first paired runs that went different ways, where both have a trail.
  std::optional<Divergence> divergence;
};

/// A key of the resolved scenario that differs; empty where one does not have it.
struct ChangedKey {
  std::string path, base, now;
};

enum class Outcome { identical, same, inconclusive, better, worse };

struct Check {
  Outcome outcome = Outcome::identical;
  std::vector<ChangedKey> changed_keys;
  std::vector<CaseCheck> cases;                  ///< those of both, in the order of the baseline
  std::vector<std::string> only_base, only_now;  ///< labels
  /// Runs of the same scenario with equal fingerprints and other data: something that the
  /// fingerprint does not cover has changed.
  std::vector<std::string> contradictions;
};

/// The rule, for each case that both have:
/// - Runs are paired when both results have the same seeds and replications of it, else
/// independent.
/// - It is identical when paired and all fingerprints and statistics are equal. Otherwise each
///   metric is compared over replications in its logarithm:
/// - `same` when two one-sided tests at 5 % show that it changed by less than its margin; for a
///   quantile also when the share of values above the baseline's quantile changed by less than 5 %
///   of (1 - q), because a quantile between two modes moves far where hardly anything does;
/// - else `worse` or `better` when it differs by Holm's procedure, which with 99 % reports no false
///   difference among all metrics of all cases; else `inconclusive`.
/// - A counter that must stay 0 and does not is `worse`.
/// A distribution needs 30 values in each replication, a quantile 5 beyond it, a counter 30 events.
Check check(const Result& base, const Result& now, const Margins& margins);

/// What margins can be given for: all that a check of this result could compare.
std::vector<std::string> checkable_metrics(const Result& result);

/// `same`, `worse`: as the contract spells it.
std::string_view name_of(Verdict verdict);
std::string_view name_of(Outcome outcome);

}  // namespace faultpath::analysis
