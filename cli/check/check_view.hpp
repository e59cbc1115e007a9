// A check for people and for machines: a table, Markdown, JUnit and JSON.
#pragma once

#include <string>

#include "analysis/check.hpp"
#include "cli/terminal.hpp"

namespace faultpath::cli {

/// What was compared with what.
struct CheckView {
  const analysis::Check& check;
  std::string scenario;  ///< its name
  std::string baseline;  ///< its file
};

/// For a terminal: what changed in the scenario, every metric that is not the same, and what was
/// not tested. Its tables are as wide as the display.
std::string check_text(const CheckView& view, const Display& display);

/// For a comment of a pull request or a step's summary: the same, and the other metrics folded
/// away. Below 60,000 bytes: what does not fit is counted.
std::string check_markdown(const CheckView& view);

/// As Jenkins, GitLab and GitHub's actions read it: one test a metric of a case, and one for the
/// way that its runs went. A failure is worse; inconclusive and not tested are skipped.
std::string check_junit(const CheckView& view);

/// A faultpath.check/1.
std::string check_json(const CheckView& view);

}  // namespace faultpath::cli
