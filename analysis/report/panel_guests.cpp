// What guests cost: whose time a fault takes, and how many fit at which tail.
#include <algorithm>
#include <array>
#include <set>
#include <string_view>

#include "analysis/report/html.hpp"
#include "analysis/report/panels.hpp"

namespace faultpath::analysis::report {
namespace {

struct Word {
  std::string_view key, label;
};
constexpr std::array<Word, 5> kScopes{{{"guest", "guest"},
                                       {"vmm", "VMM"},
                                       {"host", "host"},
                                       {"iommu", "IOMMU"},
                                       {"device", "device"}}};
constexpr std::array<Word, 4> kPercentiles{
    {{"p50", "at p50"}, {"p90", "at p90"}, {"p99", "at p99"}, {"p999", "at p99.9"}}};

// Null where the case has no guests, or no faults.
Json scopes_of(const Entry& entry, std::string_view percentile) {
  Json ns = Json::array();
  bool is_any = false;
  for (const auto& scope : kScopes) {
    const auto path = "blame_scopes_ns." + std::string{percentile} + "." + std::string{scope.key};
    const auto value = entry.summary.find(path);
    is_any = is_any || (value && value->mean > 0.0);
    ns.push_back(value ? rounded(value->mean) : 0.0);
  }
  return is_any ? ns : Json{};
}

// Who holds the memory, and where that does not tell the cases apart, under which strategy.
std::string family_of(const Entry& entry, bool by_strategy) {
  const auto& backing = entry.first().guests->backing;
  return by_strategy ? backing + ", " + entry.first().strategy : backing;
}

}  // namespace

Json scopes_data(const Entries& entries) {
  Json groups = Json::array();
  for (const auto& percentile : kPercentiles) {
    Json rows = Json::array();
    for (std::size_t i = 0; i < entries.all().size(); ++i) {
      auto ns = scopes_of(entries.all()[i], percentile.key);
      if (!ns.is_null()) rows.push_back({{"case", i}, {"ns", std::move(ns)}});
    }
    if (!rows.empty()) groups.push_back({{"name", percentile.label}, {"rows", std::move(rows)}});
  }
  if (groups.empty()) return {};
  Json names = Json::array();
  for (const auto& scope : kScopes) names.push_back(scope.label);
  return {{"names", std::move(names)}, {"groups", std::move(groups)}};
}

Json density_data(const Entries& entries) {
  std::set<std::uint64_t> counts;
  std::set<std::string> strategies;
  for (const auto& entry : entries.all()) {
    if (!entry.first().guests) continue;
    counts.insert(entry.first().guests->count);
    strategies.insert(entry.first().strategy);
  }
  Json points = Json::array();
  for (std::size_t i = 0; i < entries.all().size(); ++i) {
    const auto& entry = entries.all()[i];
    const auto tail = entry.summary.find("dma_latency_ns.p99");
    if (!entry.first().guests || !tail || tail->mean <= 0.0) continue;
    points.push_back({{"case", i},
                      {"family", family_of(entry, strategies.size() > 1)},
                      {"guests", entry.first().guests->count},
                      {"tail", rounded(tail->mean)},
                      {"low", rounded(tail->low.value_or(tail->mean))},
                      {"high", rounded(tail->high.value_or(tail->mean))}});
  }
  return counts.size() > 1 && points.size() > 1 ? points : Json{};
}

}  // namespace faultpath::analysis::report
