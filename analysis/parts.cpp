// Adds parts up, and looks at each by itself.
#include "analysis/parts.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace faultpath::analysis {
namespace {

// The names in all parts, each name once.
template <class Named>
std::vector<std::string> names_in(std::span<const Part> parts, std::vector<Named> Part::* list) {
  std::vector<std::string> names;
  for (const auto& part : parts)
    for (const Named& one : part.*list)
      if (std::ranges::find(names, one.name) == names.end()) names.push_back(one.name);
  return names;
}

std::optional<std::string> counter_mismatch(const std::string& name, std::span<const Part> parts,
                                            const Run& run) {
  const auto* whole = run.counter(name);
  if (whole == nullptr) return name + ": no counter of the run";
  std::uint64_t sum = 0;
  for (const auto& part : parts) {
    const auto counter = std::ranges::find(part.counters, name, &Counter::name);
    if (counter != part.counters.end()) sum += counter->value;
  }
  if (sum == whole->value) return std::nullopt;
  return fmt::format("{}: {} in the parts, {} in the run", name, sum, whole->value);
}

std::optional<std::string> distribution_mismatch(const std::string& name,
                                                 std::span<const Part> parts, const Run& run) {
  const auto* whole = run.distribution(name);
  if (whole == nullptr) return name + ": no distribution of the run";
  std::vector<const Histogram*> histograms;
  for (const auto& part : parts) {
    const auto one = std::ranges::find(part.distributions, name, &Distribution::name);
    if (one == part.distributions.end()) continue;
    if (one->histogram.sub_bits() != whole->histogram.sub_bits())
      return name + ": other buckets than in the run";
    histograms.push_back(&one->histogram);
  }
  const auto all = merged(histograms);
  if (all.buckets() == whole->histogram.buckets()) return std::nullopt;
  return fmt::format("{}: {} values in the parts, {} in the run, or in other buckets", name,
                     all.count(), whole->count);
}

// A run that has only this part.
Run alone(const Run& run, const Part& part) {
  Run result;
  result.variant = run.variant;
  result.strategy = run.strategy;
  result.replication = run.replication;
  result.seed = run.seed;
  result.simulated_ns = run.simulated_ns;
  result.measured_ns = run.measured_ns;
  result.counters = part.counters;
  result.distributions = part.distributions;
  return result;
}

}  // namespace

std::optional<std::string> mismatch(std::span<const Part> parts, const Run& run) {
  for (const auto& name : names_in(parts, &Part::counters))
    if (auto text = counter_mismatch(name, parts, run)) return text;
  for (const auto& name : names_in(parts, &Part::distributions))
    if (auto text = distribution_mismatch(name, parts, run)) return text;
  return std::nullopt;
}

std::vector<PartSummary> part_summaries(const std::vector<Run>& runs, std::string_view dimension,
                                        double confidence) {
  std::vector<PartSummary> summaries;
  std::vector<std::vector<Run>> each;
  for (const auto& run : runs) {
    for (const auto& part : run.parts(dimension)) {
      const auto at = std::ranges::find(summaries, part.name, &PartSummary::name);
      const auto place = static_cast<std::size_t>(at - summaries.begin());
      if (at == summaries.end()) {
        summaries.push_back({part.name, part.is_observed, {}});
        each.emplace_back();
      }
      each[place].push_back(alone(run, part));
    }
  }
  for (std::size_t i = 0; i < summaries.size(); ++i)
    summaries[i].cases = summaries_of(each[i], confidence);
  return summaries;
}

}  // namespace faultpath::analysis
