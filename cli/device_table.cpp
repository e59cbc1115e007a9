// Estimates of each device, without their intervals.
#include "cli/device_table.hpp"

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
  bool when_any = false;  ///< only where a device has any
};
constexpr std::array<Column, 7> kColumns{{
    {"DMA p50", {"dma_latency_ns.p50", ""}, Unit::nanoseconds},
    {"p99", {"dma_latency_ns.p99", ""}, Unit::nanoseconds},
    {"p99.9", {"dma_latency_ns.p999", ""}, Unit::nanoseconds},
    {"throughput", {"dma_throughput_bytes_per_s", ""}, Unit::bytes_per_second},
    {"dropped", {"dma_dropped", ""}, Unit::count, true},
    {"faults", {"faults_minor", "faults_major"}, Unit::count},
    {"fatal", {"faults_fatal", ""}, Unit::count, true},
}};

std::optional<double> value_of(const Summary& summary, const Column& column) {
  std::optional<double> sum;
  for (const auto metric : column.metrics) {
    if (const auto interval = summary.find(metric)) sum = sum.value_or(0.0) + interval->mean;
  }
  return sum;
}

bool is_shown(const Column& column, const std::vector<PartSummary>& devices) {
  return !column.when_any || std::ranges::any_of(devices, [&](const PartSummary& device) {
    return std::ranges::any_of(device.cases, [&](const Summary& one) {
      return value_of(one, column).value_or(0.0) > 0.0;
    });
  });
}

Cell cell_of(const PartSummary& device, const Summary& summary, const Column& column) {
  const auto value = value_of(summary, column);
  if (!device.is_observed || !value) return {"-", Style::dim};
  const auto text = analysis::value_text(*value, column.unit);
  const auto* estimate = summary.estimate(column.metrics[0]);
  const bool is_too_short = estimate != nullptr && estimate->is_too_short();
  return {is_too_short ? "? " + text : text, is_too_short ? Style::dim : Style::plain};
}

std::vector<std::string> labels_of(const std::vector<PartSummary>& devices) {
  std::vector<std::string> labels;
  for (const auto& device : devices)
    for (const auto& one : device.cases)
      if (std::ranges::find(labels, one.label) == labels.end()) labels.push_back(one.label);
  return labels;
}

}  // namespace

Table device_table(const std::vector<PartSummary>& devices) {
  std::vector<Column> columns;
  std::ranges::copy_if(kColumns, std::back_inserter(columns),
                       [&](const Column& column) { return is_shown(column, devices); });
  Table table;
  for (const auto& column : columns) table.header.emplace_back(column.title);
  for (const auto& label : labels_of(devices)) {
    for (const auto& device : devices) {
      const auto one = std::ranges::find(device.cases, label, &Summary::label);
      if (one == device.cases.end()) continue;
      TableRow row{label, device.name + (device.is_observed ? "" : " (not observed)"), {}};
      for (const auto& column : columns) row.cells.push_back(cell_of(device, *one, column));
      table.rows.push_back(std::move(row));
    }
  }
  return table;
}

}  // namespace faultpath::cli
