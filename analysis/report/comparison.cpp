// The comparison: a table that works without scripts.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "analysis/report/html.hpp"
#include "analysis/report/tables.hpp"
#include "analysis/shown_metrics.hpp"

namespace faultpath::analysis::report {
namespace {

// More cases than this do not stand side by side.
constexpr std::size_t kMostColumns = 5;

struct Row {
  ShownMetric metric;
  std::vector<std::optional<Interval>> values;  // one an entry
  double greatest = 0.0;                        // with its interval
  std::optional<double> best;                   // absent when all are equal
};

std::string colour_of(std::size_t entry) { return fmt::format("var(--case{})", entry % 8); }

Row row_of(const Entries& entries, const ShownMetric& metric) {
  Row row{.metric = metric, .values = {}, .greatest = 0.0, .best = {}};
  std::vector<double> means;
  for (const auto& entry : entries.all()) {
    const auto value = row.values.emplace_back(entry.summary.find(metric.path));
    if (!value) continue;
    means.push_back(value->mean);
    row.greatest = std::max({row.greatest, value->mean, value->high.value_or(0.0)});
  }
  if (means.empty()) return row;
  const auto [least, most] = std::ranges::minmax(means);
  if (least != most) row.best = metric.better == Better::low ? least : most;
  return row;
}

// Rows of zeros say nothing.
std::vector<Row> rows_of(const Entries& entries) {
  std::vector<Row> rows;
  for (const auto table : {shown_metrics(), further_metrics()}) {
    for (const auto& metric : table) {
      auto row = row_of(entries, metric);
      if (row.greatest > 0.0) rows.push_back(std::move(row));
    }
  }
  return rows;
}

// A dot with its interval, on an axis from zero to the greatest value of the row.
std::string bar(const Interval& value, double greatest, const std::string& colour) {
  constexpr double kFrom = 4.0, kLength = 142.0;
  const auto at = [&](double v) { return kFrom + kLength * std::clamp(v / greatest, 0.0, 1.0); };
  std::string interval;
  if (value.low && *value.low < *value.high)
    interval = fmt::format(
        "<line x1=\"{:.1f}\" x2=\"{:.1f}\" y1=\"6\" y2=\"6\" stroke=\"{}\" stroke-width=\"2\"/>",
        at(*value.low), at(*value.high), colour);
  return fmt::format(
      "<svg class=\"bar\" width=\"150\" height=\"12\" aria-hidden=\"true\">"
      "<line class=\"axis\" x1=\"4\" x2=\"146\" y1=\"6\" y2=\"6\"/>"
      "<line x1=\"4\" x2=\"{0:.1f}\" y1=\"6\" y2=\"6\" stroke=\"{1}\" stroke-width=\"5\" "
      "opacity=\".3\"/>{2}<circle cx=\"{0:.1f}\" cy=\"6\" r=\"3.6\" fill=\"{1}\"/></svg>",
      at(value.mean), colour, interval);
}

// `+4.3 %`, `8.4 ×`.
std::string relative(double change, double base) {
  const double ratio = 1.0 + change / base;
  if (ratio >= 3.0) return fmt::format("{:.{}f} ×", ratio, ratio < 100.0 ? 1 : 0);
  return percent_text(change, base);
}

std::string change_html(const Entry& entry, const Row& row) {
  if (!entry.change) return {};
  const auto change = entry.change->find(row.metric.path);
  const auto base = entry.base->summary.find(row.metric.path);
  if (!change || !base) return {};
  if (change->mean == 0.0) return "<span class=\"change\">no difference</span>";
  if (base->mean == 0.0) return {};
  const bool is_good = (change->mean > 0.0) == (row.metric.better == Better::high);
  const double percent = 100.0 * change->mean / base->mean;
  if (std::abs(percent) < 0.05) return "<span class=\"change\">under 0.1 %</span>";
  const char* kind = !change->excludes_zero() ? "" : is_good ? " good" : " bad";
  return fmt::format("<span class=\"change{}\">{}</span>", kind,
                     relative(change->mean, base->mean));
}

std::string cell(const Entries& entries, const Row& row, std::size_t i, bool with_bar) {
  const auto& value = row.values[i];
  if (!value) return "<td class=\"none\">–</td>";
  const bool is_best = row.best && value->mean == *row.best;
  const auto& entry = entries.all()[i];
  const bool is_short = entry.summary.estimate(row.metric.path)->is_too_short();
  return fmt::format("<td{}><span class=\"value\">{}</span> {}{}{}</td>",
                     is_best ? " class=\"best\"" : "",
                     typeset(interval_text(*value, row.metric.unit)), change_html(entry, row),
                     is_short ? "<span class=\"short\">run too short</span>" : "",
                     with_bar ? bar(*value, row.greatest, colour_of(i)) : "");
}

std::string case_head(const Entries& entries, std::size_t i, const char* scope) {
  return fmt::format("<th scope=\"{}\"><span class=\"dot\" style=\"background:{}\"></span>{}</th>",
                     scope, colour_of(i), escaped(entries.all()[i].label));
}

std::string capitalised(std::string_view text) {
  std::string result{text};
  if (!result.empty() && result[0] >= 'a' && result[0] <= 'z')
    result[0] = static_cast<char>(result[0] - 'a' + 'A');
  return result;
}

std::string metrics_by_case(const Entries& entries, const std::vector<Row>& rows) {
  std::string html = "<thead><tr><td></td><td></td>";
  for (std::size_t i = 0; i < entries.all().size(); ++i) html += case_head(entries, i, "col");
  html += "</tr></thead>\n<tbody>\n";
  std::string_view group;
  for (const auto& row : rows) {
    const auto name = escaped(capitalised(row.metric.group));
    const bool is_new = row.metric.group != group;
    group = row.metric.group;
    html += fmt::format("<tr><th scope=\"row\"><span{}>{}</span></th><th scope=\"row\">{}</th>",
                        is_new ? "" : " class=\"away\"", name, escaped(row.metric.label));
    for (std::size_t i = 0; i < row.values.size(); ++i)
      html += cell(entries, row, i, row.values.size() > 1);
    html += "</tr>\n";
  }
  return html + "</tbody>";
}

std::string cases_by_metric(const Entries& entries, const std::vector<Row>& rows) {
  std::string html = "<thead><tr><th scope=\"col\">Case</th>";
  for (const auto& row : rows)
    html += fmt::format("<th scope=\"col\">{} {}</th>", escaped(capitalised(row.metric.group)),
                        escaped(row.metric.label));
  html += "</tr></thead>\n<tbody>\n";
  for (std::size_t i = 0; i < entries.all().size(); ++i) {
    html += "<tr>" + case_head(entries, i, "row");
    for (const auto& row : rows) html += cell(entries, row, i, false);
    html += "</tr>\n";
  }
  return html + "</tbody>";
}

std::string caption(const Entries& entries) {
  std::string text = "A dash: it did not happen.";
  const auto is_repeated = [](const Entry& e) { return e.runs.size() > 1; };
  if (std::ranges::any_of(entries.all(), is_repeated))
    text +=
        fmt::format(" ±: half of the {:g} % confidence interval over replications, where it shows.",
                    100.0 * entries.confidence());
  if (std::ranges::any_of(entries.all(), [](const Entry& e) { return e.change.has_value(); }))
    text += fmt::format(
        " Beside a value its difference to the first case{}, replication by replication; grey "
        "where "
        "its interval holds zero.",
        entries.sources().size() > 1 ? " of its result" : "");
  return text;
}

}  // namespace

std::string comparison_html(const Entries& entries) {
  const auto rows = rows_of(entries);
  const bool few = entries.all().size() <= kMostColumns;
  return fmt::format(
      "<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"Comparison\">"
      "<table class=\"compare{}\"><caption>{}</caption>{}</table></div>\n",
      entries.all().size() == 1 ? " single"
      : few                     ? ""
                                : " many",
      caption(entries), few ? metrics_by_case(entries, rows) : cases_by_metric(entries, rows));
}

}  // namespace faultpath::analysis::report
