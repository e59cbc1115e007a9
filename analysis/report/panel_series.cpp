// What happened when, in replication 0.
#include <algorithm>
#include <array>
#include <string_view>

#include "analysis/report/html.hpp"
#include "analysis/report/panels.hpp"

namespace faultpath::analysis::report {
namespace {

enum class Kind {
  level,       ///< as it stands
  a_second,    ///< a count in a step, shown as a rate
  of_a_value,  ///< of the operations that completed in the step; nothing where none did
};

struct Row {
  std::string_view member, title, unit;
  Kind kind = Kind::level;
};
constexpr std::array<Row, 9> kRows{{
    {"operations", "operations a second", "rate", Kind::a_second},
    {"dma_latency_ns_mean", "DMA latency, mean", "duration", Kind::of_a_value},
    {"dma_latency_ns_max", "DMA latency, longest", "duration", Kind::of_a_value},
    {"locked_bytes", "locked memory", "bytes"},
    {"resident_bytes", "resident memory", "bytes"},
    {"mapped_bytes", "mapped memory", "bytes"},
    {"queue_depth_max", "queued page requests, most", "count"},
    {"outstanding", "outstanding page requests", "count"},
    {"dropped", "page requests dropped", "count"},
}};

const Run* replication_0(const Entry& entry) {
  const auto at = std::ranges::min_element(entry.runs, {}, &Run::replication);
  return at == entry.runs.end() ? nullptr : *at;
}

Json values_of(const Json& series, const Row& row, double step_ns) {
  const auto at = series.find(row.member);
  if (at == series.end() || !at->is_array()) return {};
  const auto operations = series.find("operations");
  Json values = Json::array();
  for (std::size_t i = 0; i < at->size(); ++i) {
    const auto& value = (*at)[i];
    const bool missing = row.kind == Kind::of_a_value && operations != series.end() &&
                         i < operations->size() && (*operations)[i] == 0;
    if (missing || !value.is_number()) {
      values.push_back(nullptr);
    } else {
      const double factor = row.kind == Kind::a_second ? 1e9 / step_ns : 1.0;
      values.push_back(rounded(value.get<double>() * factor));
    }
  }
  return values;
}

bool says_something(const Json& values) {
  return std::ranges::any_of(values, [](const Json& v) { return v.is_number() && v != 0.0; });
}

// The capacity of the queue that every case has; none when cases differ.
std::optional<double> queue_capacity(const Entries& entries) {
  std::optional<double> common;
  for (const auto& source : entries.sources()) {
    const auto& resolved = source.result.scenario.resolved;
    if (!resolved.value("variants", Json::object()).empty()) return std::nullopt;
    const auto entries_of = resolved.value("iommu", Json::object()).value("queue_entries", 0.0);
    if (entries_of <= 0.0 || (common && *common != entries_of)) return std::nullopt;
    common = entries_of;
  }
  return common;
}

Json overflows_of(const Entries& entries) {
  Json all = Json::array();
  for (std::size_t i = 0; i < entries.all().size(); ++i) {
    const auto& series = replication_0(entries.all()[i])->series;
    const auto intervals = series.value("overflow_intervals_ns", Json::array());
    for (const auto& one : intervals)
      all.push_back({{"case", i}, {"from", one.at(0)}, {"to", one.at(1)}});
  }
  return all;
}

Json row_data(const Entries& entries, const Row& row) {
  Json lines = Json::array();
  bool worth_showing = false;
  for (std::size_t i = 0; i < entries.all().size(); ++i) {
    const auto& series = replication_0(entries.all()[i])->series;
    const double step_ns = series.value("step_ns", 0.0);
    if (step_ns <= 0.0) continue;
    auto values = values_of(series, row, step_ns);
    if (values.is_null()) continue;
    worth_showing = worth_showing || says_something(values);
    lines.push_back({{"case", i}, {"step_ns", step_ns}, {"values", std::move(values)}});
  }
  if (!worth_showing) return {};
  return {{"title", row.title}, {"unit", row.unit}, {"lines", std::move(lines)}};
}

}  // namespace

Json series_data(const Entries& entries) {
  Json rows = Json::array();
  for (const auto& row : kRows) {
    auto data = row_data(entries, row);
    if (data.is_null()) continue;
    if (row.member == "queue_depth_max") {
      if (const auto capacity = queue_capacity(entries)) data["capacity"] = *capacity;
      data["overflows"] = overflows_of(entries);
    }
    rows.push_back(std::move(data));
  }
  return rows.empty() ? Json{} : Json{{"rows", std::move(rows)}};
}

}  // namespace faultpath::analysis::report
