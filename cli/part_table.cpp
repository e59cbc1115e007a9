// Estimates of each part, without their intervals.
#include "cli/part_table.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <optional>
#include <string_view>

#include "analysis/units.hpp"

namespace faultpath::cli {
namespace {

using analysis::PartSummary;
using analysis::Summary;
using analysis::Unit;

struct Column {
  std::string_view title;
  std::array<std::string_view, 2> metrics;  ///< shown is their sum; the second may be empty
  Unit unit;
  bool when_any = false;   ///< only where some part has any
  bool of_devices = true;  ///< told of devices that are observed only
};
constexpr std::array<Column, 8> kColumns{{
    {"DMA p50", {"dma_latency_ns.p50", ""}, Unit::nanoseconds},
    {"p99", {"dma_latency_ns.p99", ""}, Unit::nanoseconds},
    {"p99.9", {"dma_latency_ns.p999", ""}, Unit::nanoseconds},
    {"throughput", {"dma_throughput_bytes_per_s", ""}, Unit::bytes_per_second},
    {"dropped", {"dma_dropped", ""}, Unit::count, true},
    {"faults", {"faults_minor", "faults_major"}, Unit::count},
    {"fatal", {"faults_fatal", ""}, Unit::count, true},
    {"exits", {"vm_exits", ""}, Unit::count, true, false},
}};

std::optional<double> value_of(const Summary& summary, const Column& column) {
  std::optional<double> sum;
  for (const auto metric : column.metrics) {
    if (const auto interval = summary.find(metric)) sum = sum.value_or(0.0) + interval->mean;
  }
  return sum;
}

bool is_shown(const Column& column, const std::vector<PartSummary>& parts) {
  return !column.when_any || std::ranges::any_of(parts, [&](const PartSummary& part) {
    return std::ranges::any_of(
        part.cases, [&](const Summary& one) { return value_of(one, column).value_or(0.0) > 0.0; });
  });
}

Cell cell_of(const PartSummary& part, const Summary& summary, const Column& column) {
  const auto value = value_of(summary, column);
  if ((column.of_devices && !part.is_observed) || !value) return {"-", Style::dim};
  const auto text = analysis::value_text(*value, column.unit);
  const auto* estimate = summary.estimate(column.metrics[0]);
  const bool is_too_short = estimate != nullptr && estimate->is_too_short();
  return {is_too_short ? "? " + text : text, is_too_short ? Style::dim : Style::plain};
}

std::vector<std::string> labels_of(const std::vector<PartSummary>& parts) {
  std::vector<std::string> labels;
  for (const auto& part : parts)
    for (const auto& one : part.cases)
      if (std::ranges::find(labels, one.label) == labels.end()) labels.push_back(one.label);
  return labels;
}

}  // namespace

Table part_table(const std::vector<PartSummary>& parts) {
  std::vector<Column> columns;
  std::ranges::copy_if(kColumns, std::back_inserter(columns),
                       [&](const Column& column) { return is_shown(column, parts); });
  Table table;
  for (const auto& column : columns) table.header.emplace_back(column.title);
  for (const auto& label : labels_of(parts)) {
    for (const auto& part : parts) {
      const auto one = std::ranges::find(part.cases, label, &Summary::label);
      if (one == part.cases.end()) continue;
      TableRow row{label, part.name + (part.is_observed ? "" : " (not observed)"), {}};
      for (const auto& column : columns) row.cells.push_back(cell_of(part, *one, column));
      table.rows.push_back(std::move(row));
    }
  }
  return table;
}

}  // namespace faultpath::cli
