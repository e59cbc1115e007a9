// Sentences from a check.
#include "cli/check/check_words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <span>
#include <vector>

#include "analysis/units.hpp"

namespace faultpath::cli {

using analysis::Quantity;
using analysis::Verdict;

namespace {

constexpr std::size_t kComponentsNamed = 3;

std::string percent(double share, int decimals) {
  return fmt::format("{:.{}f}", 100.0 * share, decimals);
}

// Two significant digits of the half-width, so that it says something.
int decimals_for(double half) {
  if (half <= 0.0) return 2;
  return std::clamp(1 - static_cast<int>(std::floor(std::log10(100.0 * half))), 0, 3);
}

}  // namespace

std::string quantity_text(double value, Quantity quantity) {
  switch (quantity) {
    case Quantity::nanoseconds:
      return value_text(value, analysis::Unit::nanoseconds);
    case Quantity::bytes:
      return value_text(value, analysis::Unit::bytes);
    case Quantity::bytes_per_second:
      return value_text(value, analysis::Unit::bytes_per_second);
    case Quantity::count:
      return value_text(value, analysis::Unit::count);
    case Quantity::per_operation:
      return fmt::format("{:.3g} per operation", value);
  }
  return {};
}

std::string change_text(const analysis::MetricCheck& metric) {
  if (!metric.change) return {};
  const double half = (*metric.change->high - *metric.change->low) / 2.0;
  const int decimals = decimals_for(half);
  const auto mean = fmt::format("{}{}", metric.change->mean < 0.0 ? "" : "+",
                                percent(metric.change->mean, decimals));
  return half > 0.0 ? fmt::format("{} ± {} %", mean, percent(half, decimals)) : mean + " %";
}

std::string margin_text(const analysis::MetricCheck& metric) {
  return metric.change ? fmt::format("{:.3g} %", 100.0 * metric.margin) : std::string{};
}

std::string verdict_text(const analysis::MetricCheck& metric) {
  std::string text{name_of(metric.verdict)};
  if (metric.replications)
    text += fmt::format(", {} replications would tell", *metric.replications);
  return text;
}

std::string case_text(const analysis::CaseCheck& one) {
  if (one.is_identical)
    return fmt::format("{} replication{}, identical", one.replications,
                       one.replications == 1 ? "" : "s");
  auto text =
      one.replications == one.base_replications
          ? fmt::format("{} replications", one.replications)
          : fmt::format("{} replications before, {} now", one.base_replications, one.replications);
  text += one.is_paired ? ", paired: " : ", not paired: ";
  std::vector<std::string> counts;
  for (const auto verdict :
       {Verdict::worse, Verdict::better, Verdict::inconclusive, Verdict::same}) {
    const auto count = std::ranges::count(one.metrics, verdict, &analysis::MetricCheck::verdict);
    if (count > 0) counts.push_back(fmt::format("{} {}", count, name_of(verdict)));
  }
  if (!one.not_tested.empty())
    counts.push_back(fmt::format("{} not tested", one.not_tested.size()));
  return text + fmt::format("{}", fmt::join(counts, ", "));
}

std::string key_text(const analysis::ChangedKey& key) {
  if (key.base.empty()) return fmt::format("{}: {} is new", key.path, key.now);
  if (key.now.empty()) return fmt::format("{}: {} is gone", key.path, key.base);
  return fmt::format("{}: {} -> {}", key.path, key.base, key.now);
}

std::optional<std::string> divergence_text(const analysis::CaseCheck& one) {
  if (!one.divergence) return std::nullopt;
  const auto& [seed, replication, components, from_ns, to_ns, events] = *one.divergence;
  const auto time = [](double ns) { return value_text(ns, analysis::Unit::nanoseconds); };
  auto text = fmt::format("in replication {} the runs part ", replication);
  text += to_ns ? fmt::format("between {} and {}", time(from_ns), time(*to_ns))
                : fmt::format("after {}", time(from_ns));
  if (components.empty()) return text;
  const std::size_t named = std::min(components.size(), kComponentsNamed);
  text += fmt::format(", in {}", fmt::join(std::span{components}.first(named), ", "));
  if (named < components.size()) text += fmt::format(" and {} more", components.size() - named);
  return text;
}

std::vector<std::string> event_lines(const analysis::CaseCheck& one) {
  if (!one.divergence || !one.divergence->events) return {};
  const auto& [component, common, base, now] = *one.divergence->events;
  std::vector<std::string> lines{component + " did in both"};
  for (const auto& event : common) lines.push_back("  " + event);
  if (common.empty()) lines.emplace_back("  nothing since the last checkpoint");
  lines.push_back("then before  " + base.value_or("nothing more"));
  lines.push_back("and now      " + now.value_or("nothing more"));
  return lines;
}

std::optional<std::string> stage_text(const analysis::CaseCheck& one) {
  if (one.verdict != Verdict::worse && one.verdict != Verdict::better) return std::nullopt;
  if (one.stages.empty()) return std::nullopt;
  double all = 0.0;
  for (const auto& stage : one.stages) all += stage.now - stage.base;
  const auto& most = one.stages.front();
  const double part = most.now - most.base;
  const auto direction = [](double change) { return change > 0.0 ? "longer" : "less long"; };
  return fmt::format("a fault takes {} {} on average; stage {} {} {}",
                     value_text(std::abs(all), analysis::Unit::nanoseconds), direction(all),
                     most.stage, value_text(std::abs(part), analysis::Unit::nanoseconds),
                     direction(part));
}

}  // namespace faultpath::cli
