// A check as Markdown.
#include <fmt/format.h>

#include <vector>

#include "cli/check/check_view.hpp"
#include "cli/check/check_words.hpp"

namespace faultpath::cli {
namespace {

using analysis::CaseCheck;
using analysis::MetricCheck;
using analysis::Verdict;

// A comment on GitHub takes 65,536 characters.
constexpr std::size_t kMostBytes = 60'000;
constexpr std::size_t kRoomForEnd = 200;

// What would end a cell, or be taken for markup.
std::string escaped(const std::string& text) {
  std::string result;
  for (const char c : text) {
    if (c == '\n') {
      result += ' ';
      continue;
    }
    if (std::string_view{"|\\`*_<>[]&~#"}.find(c) != std::string_view::npos) result += '\\';
    result += c;
  }
  return result;
}

// Lines up to a number of bytes; counts those that do not fit any more.
class Page {
 public:
  /// Whether it did.
  bool add(const std::string& line) {
    const bool fits = text_.size() + line.size() + 1 + kRoomForEnd <= kMostBytes;
    if (fits) text_ += line + "\n";
    left_out_ += !fits;
    return fits;
  }
  std::string end(std::string_view last) {
    text_ += last;
    if (left_out_ > 0) text_ += fmt::format("\n{} lines more did not fit.\n", left_out_);
    return std::move(text_);
  }

 private:
  std::string text_;
  std::size_t left_out_ = 0;
};

template <class Wanted>
void add_table(Page& page, const analysis::Check& check, Wanted wanted) {
  bool is_empty = true;
  for (const auto& one : check.cases) {
    for (const auto& metric : one.metrics) {
      if (!wanted(metric)) continue;
      if (is_empty) {
        page.add("");
        page.add("| case | metric | before | now | change | margin | |");
        page.add("|---|---|--:|--:|--:|--:|---|");
      }
      is_empty = false;
      page.add(fmt::format("| {} | {} | {} | {} | {} | {} | {} |", escaped(one.label),
                           escaped(metric.metric), quantity_text(metric.base, metric.quantity),
                           quantity_text(metric.now, metric.quantity), change_text(metric),
                           margin_text(metric), verdict_text(metric)));
    }
  }
}

void add_head(Page& page, const CheckView& view) {
  const auto& check = view.check;
  page.add(fmt::format("### faultpath check: **{}**", name_of(check.outcome)));
  page.add("");
  page.add(fmt::format("{} against {}", escaped(view.scenario), escaped(view.baseline)));
  page.add("");
  for (const auto& key : check.changed_keys) page.add("- changed: " + escaped(key_text(key)));
  for (const auto& run : check.contradictions)
    page.add("- equal fingerprints and other data: " + escaped(run));
  for (const auto& one : check.cases) {
    page.add(fmt::format("- {}: {}", escaped(one.label), case_text(one)));
    if (const auto stage = stage_text(one)) page.add("  - " + escaped(*stage));
    if (const auto part = divergence_text(one)) page.add("  - " + escaped(*part));
    for (const auto& line : event_lines(one))
      page.add("    - " + escaped(line.substr(line.find_first_not_of(' '))));
  }
  for (const auto& label : check.only_base) page.add("- not in the result: " + escaped(label));
  for (const auto& label : check.only_now) page.add("- not in the baseline: " + escaped(label));
}

}  // namespace

std::string check_markdown(const CheckView& view) {
  Page page;
  add_head(page, view);
  add_table(page, view.check,
            [](const MetricCheck& metric) { return metric.verdict != Verdict::same; });
  page.add("");
  const bool folds =
      page.add("<details><summary>What is the same, and what was not tested</summary>");
  add_table(page, view.check,
            [](const MetricCheck& metric) { return metric.verdict == Verdict::same; });
  page.add("");
  for (const auto& one : view.check.cases)
    for (const auto& [metric, why] : one.not_tested)
      page.add(fmt::format("- {}: {} was not tested: {}", escaped(one.label), escaped(metric),
                           escaped(why)));
  return page.end(folds ? "\n</details>\n" : "");
}

}  // namespace faultpath::cli
