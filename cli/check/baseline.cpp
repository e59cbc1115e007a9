// Leaves out members of a result.
#include "cli/check/baseline.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <chrono>

#include "analysis/json.hpp"
#include "cli/experiment/result.hpp"

namespace faultpath::cli {

std::string baseline_text(std::string_view result,
                          const std::vector<analysis::HistoryEntry>& history) {
  using analysis::Json;
  auto json = Json::parse(result);
  for (const auto* member : {"summary", "paired", "history", "precision"}) json.erase(member);
  for (auto& run : json.at("runs")) {
    for (const auto* member :
         {"series", "blame_ns", "blame_scopes_ns", "by", "wall_s", "peak_rss_bytes"})
      run.erase(member);
    // One of each case says where a change begins; it hardly compresses.
    if (run.at("replication").get<std::uint64_t>() != 0) run.erase("trail");
  }
  Json entries = Json::array();
  for (const auto& [date, faultpath, because] : history)
    entries.push_back({{"date", date}, {"faultpath", faultpath}, {"because", because}});
  json["history"] = std::move(entries);
  return result_text(json);
}

analysis::HistoryEntry history_entry(std::string because) {
  const auto now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  return {fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(now)), FAULTPATH_VERSION,
          std::move(because)};
}

}  // namespace faultpath::cli
