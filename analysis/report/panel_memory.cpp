// What locked memory buys.
#include "analysis/report/html.hpp"
#include "analysis/report/panels.hpp"

namespace faultpath::analysis::report {

Json memory_data(const Entries& entries) {
  Json points = Json::array();
  bool differ = false;
  for (std::size_t i = 0; i < entries.all().size(); ++i) {
    const auto& summary = entries.all()[i].summary;
    const auto locked = summary.find("locked_bytes.max");
    const auto tail = summary.find("dma_latency_ns.p99");
    if (!locked || !tail || tail->mean <= 0.0) continue;
    differ = differ || (!points.empty() && points[0]["locked"] != rounded(locked->mean));
    points.push_back({{"case", i},
                      {"locked", rounded(locked->mean)},
                      {"tail", rounded(tail->mean)},
                      {"low", rounded(tail->low.value_or(tail->mean))},
                      {"high", rounded(tail->high.value_or(tail->mean))}});
  }
  return differ ? points : Json{};
}

Json panels_data(const Entries& entries) {
  Json cases = Json::array();
  for (const auto& entry : entries.all()) cases.push_back(entry.label);
  return {{"name", entries.sources().front().label},
          {"cases", std::move(cases)},
          {"rarities", rarities()},
          {"tails", tails_data(entries)},
          {"stages", stages_data(entries)},
          {"blame", blame_data(entries)},
          {"scopes", scopes_data(entries)},
          {"series", series_data(entries)},
          {"memory", memory_data(entries)},
          {"density", density_data(entries)},
          {"limits", limits_data(entries)}};
}

}  // namespace faultpath::analysis::report
