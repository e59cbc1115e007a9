// Which metrics a person sees first, and how they are laid out.
#include "cli/report.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "analysis/shown_metrics.hpp"
#include "analysis/units.hpp"
#include "cli/part_table.hpp"
#include "cli/table.hpp"

namespace faultpath::cli {
namespace {

using analysis::Better;
using analysis::Interval;
using analysis::percent_text;
using analysis::ShownMetric;
using analysis::Summary;

constexpr std::string_view kTooShort = "? ";  // before a quantile that hardly any value lies beyond

bool has_any(const std::vector<Summary>& cases, std::string_view path) {
  return std::ranges::any_of(cases, [&](const Summary& one) {
    const auto interval = one.find(path);
    return interval && interval->mean > 0.0;
  });
}

/// The rows are those that `cases` need, whatever the cells show.
template <class MakeCell>
Table make_table(std::vector<std::string> header, const std::vector<Summary>& cases,
                 MakeCell make_cell) {
  Table table{std::move(header), {}};
  for (const auto& metric : analysis::shown_metrics()) {
    if (metric.when_any && !has_any(cases, metric.path)) continue;
    TableRow row{std::string{metric.group}, std::string{metric.label}, {}};
    for (std::size_t i = 0; i < table.header.size(); ++i) row.cells.push_back(make_cell(metric, i));
    table.rows.push_back(std::move(row));
  }
  return table;
}

Table case_table(const std::vector<Summary>& cases) {
  std::vector<std::string> header;
  for (const auto& one : cases) header.push_back(one.label);
  const auto cell = [&](const ShownMetric& metric, std::size_t i) -> Cell {
    const auto* estimate = cases[i].estimate(metric.path);
    if (estimate == nullptr) return {"-", Style::dim};
    const auto text = interval_text(estimate->interval, metric.unit);
    if (estimate->is_too_short()) return {std::string{kTooShort} + text, Style::dim};
    return {text, Style::plain};
  };
  return make_table(std::move(header), cases, cell);
}

Style style_of(const Interval& difference, Better better) {
  if (!difference.excludes_zero()) return Style::plain;
  return (difference.mean > 0.0) == (better == Better::high) ? Style::good : Style::bad;
}

Cell difference_cell(const ShownMetric& metric, const Summary& difference, const Summary& base) {
  const auto interval = difference.find(metric.path);
  if (!interval) return {"-   ", Style::dim};
  auto text = difference_text(*interval, metric.unit);
  if (interval->mean != 0.0) {
    const auto percent = percent_text(interval->mean, base.find(metric.path)->mean);
    if (!percent.empty()) text += fmt::format("  {:>7}", percent);
  }
  text += interval->excludes_zero() ? " *" : "  ";
  return {std::move(text), style_of(*interval, metric.better)};
}

// The columns are named after the cases; the first is what they are compared with.
Table paired_table(const Report& report) {
  std::vector<std::string> header;
  for (std::size_t i = 1; i < report.cases.size(); ++i)
    header.push_back(report.cases[i].label + "  ");
  const auto cell = [&](const ShownMetric& metric, std::size_t i) {
    return difference_cell(metric, report.paired[i], report.cases[0]);
  };
  return make_table(std::move(header), report.cases, cell);
}

bool any_too_short(const std::vector<Summary>& cases) {
  return std::ranges::any_of(analysis::shown_metrics(), [&](const ShownMetric& metric) {
    return std::ranges::any_of(cases, [&](const Summary& one) {
      const auto* estimate = one.estimate(metric.path);
      return estimate != nullptr && estimate->is_too_short();
    });
  });
}

std::string precision_text(const Report& report, std::size_t columns) {
  const auto& precision = *report.precision;
  if (precision.is_reached)
    return fmt::format("precision {:g} % reached\n", 100.0 * precision.wanted);
  auto text = fmt::format("precision {:g} % not reached", 100.0 * precision.wanted);
  const char* separator = ": ";
  for (const auto& [label, metric, relative] : precision.unprecise) {
    text += fmt::format("{}{} {} ± {:.2g} %", separator, label, metric, 100.0 * relative);
    separator = ", ";
  }
  return wrapped(text, columns) + "\n";
}

std::string title(const Report& report, std::size_t columns) {
  auto text = report.name + "\n";
  if (!report.description.empty())
    text = wrapped(report.name + ": " + report.description, columns) + "\n";
  text += fmt::format("{} replication{} from seed {}\n", report.replications,
                      report.replications == 1 ? "" : "s", report.seed);
  if (report.precision) text += precision_text(report, columns);
  return text + "\n";
}

// What has no figures, in parts by this dimension.
std::string unobserved_text(std::string_view dimension) {
  if (dimension == "guest") {
    return "A guest is not observed where none of its devices is: what these do is in no "
           "statistics, but the exits of the guest are.";
  }
  if (dimension == "process") {
    return "A process is not observed where no device that uses it is: what these do is in no "
           "statistics.";
  }
  return "Devices that are not observed are in no statistics.";
}

std::string legend(const Report& report, std::size_t columns) {
  std::string text =
      "DMA latency: from issue to completion, faults included. Fault latency: from the first miss "
      "without permission until the retry translates. Start-up: attaching, before the first "
      "operation. Major faults came from swap or file, spurious ones found the page already there. "
      "Auto answers were given by a full page request queue. A dash: it did not happen.";
  if (has_any(report.cases, "dma_dropped"))
    text += " Dropped operations were given up; throughput is of those that completed.";
  if (has_any(report.cases, "faults_fatal")) text += " Fatal faults ended without a translation.";
  if (has_any(report.cases, "blame_scopes_ns.p99.vmm"))
    text += " Of a fault: whose time it is; the parts sum to the fault at that percentile.";
  if (report.replications > 1)
    text += fmt::format(" ±: half of the {:g} % confidence interval, where it shows.",
                        100.0 * report.confidence);
  if (!report.paired.empty() && report.replications > 1) text += " *: the interval excludes zero.";
  const bool any_unobserved =
      std::ranges::any_of(report.parts, [](const auto& one) { return !one.is_observed; });
  if (any_unobserved) text += " " + unobserved_text(report.dimension);
  const auto has_short = [](const auto& part) { return any_too_short(part.cases); };
  if (any_too_short(report.cases) || std::ranges::any_of(report.parts, has_short))
    text +=
        " ?: the runs are too short for this quantile; less than one independent value of a "
        "replication lies beyond it.";
  if (!report.tails.empty())
    text +=
        " Tails end where less than one independent value of a replication lies beyond; a ? marks "
        "a quantile before that of which it is true, too.";
  return wrapped(text, columns) + "\n";
}

}  // namespace

std::string report_text(const Report& report, const Display& display) {
  const auto columns = display.columns;
  auto text =
      title(report, columns) + table_text(case_table(report.cases), columns, display.colour);
  for (const auto& tail : report.tails) text += "\n" + tail_text(tail, display);
  if (!report.paired.empty()) {
    const auto heading =
        fmt::format("Difference to {}, replication by replication under the same arrivals",
                    report.cases[0].label);
    text += fmt::format("\n{}\n\n", wrapped(heading, columns));
    text += table_text(paired_table(report), columns, display.colour);
  }
  if (!report.parts.empty()) {
    const auto heading =
        fmt::format("By {}: DMA latency, throughput and served faults of all devices of a {}",
                    report.dimension, report.dimension == "device" ? "name" : report.dimension);
    text += fmt::format("\n{}\n\n", wrapped(heading, columns));
    text += table_text(part_table(report.parts), columns, display.colour);
  }
  return text + "\n" + legend(report, columns);
}

}  // namespace faultpath::cli
