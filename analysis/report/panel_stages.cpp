// The time of faults by stage.
#include <algorithm>
#include <array>
#include <string_view>

#include "analysis/report/html.hpp"
#include "analysis/report/panels.hpp"

namespace faultpath::analysis::report {
namespace {

struct Percentile {
  std::string_view key, label;
};
constexpr std::array<Percentile, 4> kPercentiles{
    {{"p50", "p50"}, {"p90", "p90"}, {"p99", "p99"}, {"p999", "p99.9"}}};

// In the order of the path, as the first run with stages has them.
std::vector<std::string> stage_names(const Entries& entries) {
  std::vector<std::string> names;
  for (const auto& entry : entries.all()) {
    for (const auto& stage : entry.first().stages)
      if (std::ranges::find(names, stage.name) == names.end()) names.push_back(stage.name);
  }
  return names;
}

// A row of rounded stages; null when there was no fault.
Json rounded_row(const std::vector<double>& ns) {
  if (std::ranges::all_of(ns, [](double value) { return value <= 0.0; })) return {};
  Json row = Json::array();
  for (const double value : ns) row.push_back(rounded(value));
  return row;
}

// Mean over all faults of all replications.
Json mean_row(const Entry& entry, const std::vector<std::string>& names) {
  std::vector<double> ns;
  for (const auto& name : names) {
    double sum = 0.0, count = 0.0;
    for (const auto* run : entry.runs) {
      const auto stage = std::ranges::find(run->stages, name, &Stage::name);
      if (stage == run->stages.end()) continue;
      sum += stage->mean * static_cast<double>(stage->count);
      count += static_cast<double>(stage->count);
    }
    ns.push_back(count > 0.0 ? sum / count : 0.0);
  }
  return rounded_row(ns);
}

// Mean over the replications that have faults.
Json percentile_row(const Entry& entry, const std::vector<std::string>& names,
                    std::string_view key) {
  std::vector<double> ns(names.size());
  double replications = 0.0;
  for (const auto* run : entry.runs) {
    const auto blame = run->blame_ns.find(key);
    if (blame == run->blame_ns.end() || blame->empty()) continue;
    replications += 1.0;
    for (std::size_t i = 0; i < names.size(); ++i) ns[i] += blame->value(names[i], 0.0);
  }
  for (double& value : ns) value /= std::max(1.0, replications);
  return rounded_row(ns);
}

template <class MakeRow>
void add_group(Json& groups, const Entries& entries, const std::string& name, MakeRow make_row) {
  Json rows = Json::array();
  for (std::size_t i = 0; i < entries.all().size(); ++i) {
    auto row = make_row(entries.all()[i]);
    if (!row.is_null()) rows.push_back({{"case", i}, {"ns", std::move(row)}});
  }
  if (!rows.empty()) groups.push_back({{"name", name}, {"rows", std::move(rows)}});
}

std::string readable(std::string name) {
  std::ranges::replace(name, '_', ' ');
  return name;
}

}  // namespace

Json stages_data(const Entries& entries) {
  const auto names = stage_names(entries);
  Json groups = Json::array();
  add_group(groups, entries, "mean of all", [&](const Entry& e) { return mean_row(e, names); });
  for (const auto& [key, label] : kPercentiles)
    add_group(groups, entries, "at " + std::string{label},
              [&](const Entry& e) { return percentile_row(e, names, key); });
  if (groups.empty()) return {};
  Json shown = Json::array();
  for (const auto& name : names) shown.push_back(readable(name));
  return {{"names", std::move(shown)}, {"groups", std::move(groups)}};
}

Json blame_data(const Entries& entries) {
  const auto names = stage_names(entries);
  Json cases = Json::array();
  for (std::size_t i = 0; i < entries.all().size(); ++i) {
    Json rows = Json::array();
    for (const auto& [key, label] : kPercentiles) {
      auto row = percentile_row(entries.all()[i], names, key);
      if (!row.is_null()) rows.push_back({{"percentile", label}, {"ns", std::move(row)}});
    }
    if (!rows.empty()) cases.push_back({{"case", i}, {"rows", std::move(rows)}});
  }
  return cases.empty() ? Json{} : cases;
}

}  // namespace faultpath::analysis::report
