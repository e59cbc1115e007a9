// A check on a terminal.
#include <fmt/format.h>

#include "cli/check/check_view.hpp"
#include "cli/check/check_words.hpp"
#include "cli/table.hpp"

namespace faultpath::cli {
namespace {

using analysis::CaseCheck;
using analysis::Verdict;

Style style_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::same:
      return Style::plain;
    case Verdict::inconclusive:
      return Style::dim;
    case Verdict::better:
      return Style::good;
    case Verdict::worse:
      return Style::bad;
  }
  return Style::plain;
}

// Those that are not the same.
std::string table_of(const CaseCheck& one, const Display& display) {
  Table table{{"before", "now", "change", "margin", ""}, {}};
  for (const auto& metric : one.metrics) {
    if (metric.verdict == Verdict::same) continue;
    table.rows.push_back({"",
                          metric.metric,
                          {{quantity_text(metric.base, metric.quantity)},
                           {quantity_text(metric.now, metric.quantity)},
                           {change_text(metric)},
                           {margin_text(metric)},
                           {verdict_text(metric), style_of(metric.verdict)}}});
  }
  return table.rows.empty() ? "" : "\n" + table_text(table, display.columns, display.colour);
}

std::string case_lines(const CaseCheck& one, const Display& display) {
  auto text = fmt::format("\n{}: {}\n", one.label, case_text(one));
  text += table_of(one, display);
  if (const auto stage = stage_text(one)) text += wrapped(*stage, display.columns) + "\n";
  if (const auto part = divergence_text(one)) text += wrapped(*part, display.columns) + "\n";
  for (const auto& line : event_lines(one)) text += "  " + line + "\n";
  for (const auto& [metric, why] : one.not_tested)
    text += wrapped(fmt::format("not tested: {}: {}", metric, why), display.columns) + "\n";
  return text;
}

}  // namespace

std::string check_text(const CheckView& view, const Display& display) {
  const auto& check = view.check;
  auto text =
      fmt::format("{} against {}: {}\n", view.scenario, view.baseline, name_of(check.outcome));
  for (const auto& key : check.changed_keys) text += key_text(key) + "\n";
  for (const auto& run : check.contradictions)
    text += fmt::format("equal fingerprints and other data: {}\n", run);
  for (const auto& one : check.cases) text += case_lines(one, display);
  for (const auto& label : check.only_base) text += fmt::format("\n{}: not in the result\n", label);
  for (const auto& label : check.only_now)
    text += fmt::format("\n{}: not in the baseline\n", label);
  return text;
}

}  // namespace faultpath::cli
