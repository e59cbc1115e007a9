// A check as a JUnit report.
#include <fmt/format.h>

#include "cli/check/check_view.hpp"
#include "cli/check/check_words.hpp"

namespace faultpath::cli {
namespace {

using analysis::CaseCheck;
using analysis::MetricCheck;
using analysis::Verdict;

// XML 1.0 has no control characters, not even escaped ones, but tab and the ends of lines.
std::string escaped(std::string_view text) {
  std::string result;
  for (const char c : text) {
    switch (c) {
      case '&':
        result += "&amp;";
        break;
      case '<':
        result += "&lt;";
        break;
      case '>':
        result += "&gt;";
        break;
      case '"':
        result += "&quot;";
        break;
      default:
        result += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
    }
  }
  return result;
}

struct Counts {
  std::size_t tests = 0, failures = 0, errors = 0, skipped = 0;

  std::string attributes() const {
    return fmt::format("tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\" time=\"0\"",
                       tests, failures, errors, skipped);
  }
};

// The tests of one scenario; a class is a case.
class Suite {
 public:
  explicit Suite(const CheckView& view) : view_(view) {
    for (const auto& run : view.check.contradictions)
      add("contradictions", run, Kind::error, "equal fingerprints and other data");
    for (const auto& one : view.check.cases) add_case(one);
    for (const auto& label : view.check.only_base)
      add(label, "trajectory", Kind::skipped, "not in the result");
  }

  std::string text() const {
    const auto counts = counts_.attributes();
    return fmt::format(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        "<testsuites name=\"faultpath check\" {}>\n<testsuite name=\"{}\" {}>\n{}</testsuite>\n"
        "</testsuites>\n",
        counts, escaped(view_.scenario), counts, cases_);
  }

 private:
  enum class Kind { passed, skipped, failure, error };

  void add_case(const CaseCheck& one) {
    auto way = one.is_identical ? "identical" : divergence_text(one).value_or("changed");
    for (const auto& line : event_lines(one)) way += "; " + line;
    add(one.label, "trajectory", Kind::passed, way);
    for (const auto& metric : one.metrics) {
      add(one.label, metric.metric, kind_of(metric.verdict),
          fmt::format("{}: {} before, {} now{}{}", verdict_text(metric),
                      quantity_text(metric.base, metric.quantity),
                      quantity_text(metric.now, metric.quantity),
                      metric.change ? ", " + change_text(metric) : "",
                      metric.change ? ", margin " + margin_text(metric) : ""));
    }
    for (const auto& [metric, why] : one.not_tested)
      add(one.label, metric, Kind::skipped, "not tested: " + why);
  }

  static Kind kind_of(Verdict verdict) {
    switch (verdict) {
      case Verdict::same:
      case Verdict::better:
        return Kind::passed;
      case Verdict::inconclusive:
        return Kind::skipped;
      case Verdict::worse:
        return Kind::failure;
    }
    return Kind::passed;
  }

  void add(std::string_view group, std::string_view name, Kind kind, std::string_view text) {
    ++counts_.tests;
    cases_ +=
        fmt::format("  <testcase classname=\"{}\" name=\"{}\" time=\"0\">",
                    escaped(fmt::format("faultpath.{}.{}", view_.scenario, group)), escaped(name));
    const auto message = escaped(text);
    switch (kind) {
      case Kind::passed:
        cases_ += fmt::format("<system-out>{}</system-out>", message);
        break;
      case Kind::skipped:
        ++counts_.skipped;
        cases_ += fmt::format("<skipped message=\"{}\"/>", message);
        break;
      case Kind::failure:
        ++counts_.failures;
        cases_ +=
            fmt::format("<failure type=\"worse\" message=\"{}\">{}</failure>", message, message);
        break;
      case Kind::error:
        ++counts_.errors;
        cases_ += fmt::format("<error type=\"contradiction\" message=\"{}\">{}</error>", message,
                              message);
        break;
    }
    cases_ += "</testcase>\n";
  }

  const CheckView& view_;
  Counts counts_;
  std::string cases_;
};

}  // namespace

std::string check_junit(const CheckView& view) { return Suite{view}.text(); }

}  // namespace faultpath::cli
