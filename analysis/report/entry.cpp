// Makes the entries of a report.
#include "analysis/report/entry.hpp"

#include <algorithm>

namespace faultpath::analysis::report {
namespace {

std::size_t count_of(const std::vector<Source>& sources) {
  std::size_t count = 0;
  for (const auto& source : sources) count += cases_of(source.result.runs).size();
  return count;
}

std::optional<Summary> change_of(const std::vector<Summary>& paired, const Case& one,
                                 const Case& base) {
  const auto label = one.label + " - " + base.label;
  const auto at = std::ranges::find(paired, label, &Summary::label);
  if (at == paired.end()) return std::nullopt;
  return *at;
}

}  // namespace

Entries::Entries(const std::vector<Source>& sources) : sources_(sources) {
  entries_.reserve(count_of(sources));  // `base` points into it
  for (std::size_t i = 0; i < sources.size(); ++i) {
    const auto& [label, result, parameters] = sources[i];
    const auto cases = cases_of(result.runs);
    const auto summaries = summaries_of(result.runs, result.confidence);
    const auto paired = paired_differences(result.runs, result.confidence);
    const std::size_t first = entries_.size();
    for (std::size_t k = 0; k < cases.size(); ++k) {
      Entry entry{.label = cases[k].label,
                  .source = i,
                  .base = k == 0 ? nullptr : &entries_[first],
                  .runs = cases[k].runs,
                  .summary = summaries[k],
                  .change = change_of(paired, cases[k], cases[0])};
      if (sources.size() > 1) entry.label = label + ": " + entry.label;
      entries_.push_back(std::move(entry));
    }
  }
}

}  // namespace faultpath::analysis::report
