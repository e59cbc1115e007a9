// The verdict against a baseline: its words, its table, and the data of its chart.
#include <fmt/format.h>

#include <algorithm>

#include "analysis/check.hpp"
#include "analysis/report/html.hpp"
#include "analysis/report/panels.hpp"
#include "analysis/report/tables.hpp"

namespace faultpath::analysis::report {
namespace {

std::string percent(double share) { return fmt::format("{:+.1f} %", 100.0 * share); }

std::string change_text(const MetricCheck& metric) {
  if (!metric.change) return fmt::format("{:g} instead of {:g}", metric.now, metric.base);
  auto text = percent(metric.change->mean);
  if (metric.change->low)
    text += fmt::format(" ({} to {})", percent(*metric.change->low), percent(*metric.change->high));
  return text;
}

std::optional<std::size_t> entry_of(const Entries& entries, const std::string& label) {
  const auto at = std::ranges::find(entries.all(), label, &Entry::label);
  if (at == entries.all().end()) return std::nullopt;
  return static_cast<std::size_t>(at - entries.all().begin());
}

// A counter that must stay 0 has no place on an axis of shares.
Json metrics_data(const CaseCheck& one) {
  Json rows = Json::array();
  for (const auto& metric : one.metrics) {
    if (!metric.change) continue;
    rows.push_back({{"metric", metric.metric},
                    {"change", rounded(metric.change->mean)},
                    {"low", rounded(metric.change->low.value_or(metric.change->mean))},
                    {"high", rounded(metric.change->high.value_or(metric.change->mean))},
                    {"margin", rounded(metric.margin)},
                    {"verdict", name_of(metric.verdict)},
                    {"text", change_text(metric)}});
  }
  return rows;
}

std::string row_html(const CaseCheck& one, const MetricCheck& metric) {
  const char* kind = metric.verdict == Verdict::worse    ? " bad"
                     : metric.verdict == Verdict::better ? " good"
                                                         : "";
  const auto more = metric.replications
                        ? fmt::format("; {} replications would tell", *metric.replications)
                        : std::string{};
  return fmt::format(
      "<tr><th scope=\"row\">{}</th><td><code>{}</code></td><td>{}</td><td>{:.1f} %</td>"
      "<td><span class=\"change{}\">{}{}</span></td></tr>\n",
      escaped(one.label), escaped(metric.metric), change_text(metric), 100.0 * metric.margin, kind,
      name_of(metric.verdict), more);
}

std::string changed_keys_html(const Check& check) {
  if (check.changed_keys.empty()) return {};
  std::string html =
      "<p>The scenario differs:</p>\n<table class=\"detail\"><thead><tr><th "
      "scope=\"col\">parameter</th><th scope=\"col\">baseline</th><th scope=\"col\">now</th></tr>"
      "</thead><tbody>\n";
  for (const auto& [path, base, now] : check.changed_keys)
    html += fmt::format(
        "<tr><th scope=\"row\"><code>{}</code></th><td><code>{}</code></td><td><code>{}</code>"
        "</td></tr>\n",
        escaped(path), escaped(base), escaped(now));
  return html + "</tbody></table>\n";
}

std::string others_html(const Check& check) {
  std::string rows;
  for (const auto& one : check.cases) {
    for (const auto& metric : one.metrics)
      if (metric.verdict != Verdict::same) rows += row_html(one, metric);
  }
  if (rows.empty()) return {};
  return "<div class=\"wide\"><table class=\"detail\"><thead><tr><th scope=\"col\">case</th><th "
         "scope=\"col\">metric</th><th scope=\"col\">change</th><th scope=\"col\">margin</th><th "
         "scope=\"col\">verdict</th></tr></thead><tbody>\n" +
         rows + "</tbody></table></div>\n";
}

}  // namespace

Json check_data(const Entries& entries, const Check& check) {
  Json cases = Json::array();
  for (const auto& one : check.cases) {
    const auto entry = entry_of(entries, one.label);
    auto rows = metrics_data(one);
    if (entry && !rows.empty()) cases.push_back({{"case", *entry}, {"metrics", std::move(rows)}});
  }
  return cases.empty() ? Json{} : Json{{"cases", std::move(cases)}};
}

std::string check_html(const Check& check, const std::string& baseline) {
  return fmt::format("<p class=\"verdict\">Against {}: {}</p>\n{}{}", escaped(baseline),
                     name_of(check.outcome), changed_keys_html(check), others_html(check));
}

}  // namespace faultpath::analysis::report
