// The keys under `check`: what `faultpath check` takes as nothing.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "models/metrics/metrics.hpp"
#include "scenarios/keys/tables.hpp"
#include "scenarios/quantity.hpp"
#include "scenarios/suggestion.hpp"

namespace faultpath::scenarios {
namespace {

using Names = std::vector<std::string>;

constexpr std::array kStatistics{"mean", "p50", "p90", "p99", "p999"};
// Histograms have 64 buckets for each factor of two.
constexpr double kLeastOfQuantile = 1.0 / 64.0;

// The names of distributions as a check has them, without `_ns`. Start-up is left out, because a
// check compares only the longest one.
Names distributions() {
  Names names;
  for (const auto& [name, meaning] : models::distribution_table()) {
    if (name != "startup_ns") names.emplace_back(name.substr(0, name.rfind("_ns")));
  }
  return names;
}

// What a result calls `dma_latency_ns.p99.9` is dma_latency.p999 here.
std::string plain(std::string name) {
  if (const auto unit = name.find("_ns"); unit != std::string::npos) name.erase(unit, 3);
  if (name.ends_with("p99.9")) name.erase(name.size() - 2, 1);
  return name;
}

const Names& names_of_margins() {
  static const Names kNames = [] {
    Names names = checked_metrics();
    for (const auto& distribution : distributions()) names.push_back(distribution);
    names.insert(names.end(), kStatistics.begin(), kStatistics.end());
    return names;
  }();
  return kNames;
}

bool has_quantiles(const std::string& name) {
  const auto statistic = name.substr(name.rfind('.') + 1);
  const auto all = distributions();
  return std::ranges::find(all, name) != all.end() ||
         (statistic != "mean" && std::ranges::find(kStatistics, statistic) != kStatistics.end());
}

// A map stands for all names that begin so: `dma_latency: {p99: 2%}`.
bool begins_names(const std::string& name) {
  return std::ranges::any_of(
      names_of_margins(), [&](const std::string& known) { return known.starts_with(name + "."); });
}

void read_margin(const Cursor& at, const std::string& name, std::vector<Margin>& margins) {
  double margin = 0.0;
  share().read(at, margin);
  if (margin == 0.0) fail(at, "must be above 0");
  if (has_quantiles(name) && margin < kLeastOfQuantile) {
    fail(at, fmt::format("must be at least {}: a histogram tells quantiles to 1/64",
                         share_text(kLeastOfQuantile)));
  }
  std::erase_if(margins, [&](const Margin& one) { return one.metric == name; });
  margins.push_back({name, margin});
}

void read_margins(const Cursor& at, const std::string& prefix, std::vector<Margin>& margins) {
  for (const auto& entry : at.node.entries) {
    const auto name = plain(prefix + entry.key);
    const auto below = at.child(entry);
    if (entry.value.is_map() && begins_names(name)) {
      read_margins(below, name + ".", margins);
    } else if (std::ranges::find(names_of_margins(), name) != names_of_margins().end()) {
      read_margin(below, name, margins);
    } else {
      fail_key(at, entry, "no metric of a check is called so", nearest(name, names_of_margins()));
    }
  }
}

Type<std::vector<Margin>> margins() {
  return {[](const Cursor& at, std::vector<Margin>& value) {
            expect_map(at);
            value.clear();
            read_margins(at, "", value);
          },
          [](const std::vector<Margin>& value) {
            Json map;
            for (const auto& [metric, margin] : value) map[metric] = share_text(margin);
            return map;
          },
          [] {
            Json names = names_of_margins();
            for (const auto* group : {"locked_bytes", "startup"}) names.push_back(group);
            const Json below{{"type", "object"}, {"additionalProperties", share().schema()}};
            return Json{{"type", "object"},
                        {"propertyNames", {{"enum", std::move(names)}}},
                        {"additionalProperties", {{"anyOf", {share().schema(), below}}}},
                        {"x-type", "map of shares"}};
          }};
}

}  // namespace

const Object<CheckSpec>& check_keys() {
  static const Object<CheckSpec> kKeys{
      {field("margins", &CheckSpec::margins, margins(),
             "how much each may change and still count as the same: a metric (dma_latency.p99, "
             "throughput, evictions), a distribution (fault_latency) or a statistic of all (p99); "
             "of several that fit the last holds, and --margin comes after them")}};
  return kKeys;
}

Names checked_metrics() {
  Names names{"throughput", "locked_bytes.max", "startup.max"};
  for (const auto& distribution : distributions()) {
    for (const auto& statistic : kStatistics) names.push_back(distribution + "." + statistic);
  }
  // The throughput speaks for these.
  for (const auto& counter : models::counter_table()) {
    if (counter.name != "dma_operations" && counter.name != "dma_bytes")
      names.emplace_back(counter.name);
  }
  return names;
}

}  // namespace faultpath::scenarios
