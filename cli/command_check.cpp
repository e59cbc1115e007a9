// `faultpath check`: a verdict on a result against a baseline.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <memory>

#include "cli/check/baseline.hpp"
#include "cli/check/check_view.hpp"
#include "cli/check/margin_options.hpp"
#include "cli/check/replay.hpp"
#include "cli/commands.hpp"
#include "cli/exit_status.hpp"
#include "cli/output.hpp"
#include "cli/result_file.hpp"
#include "cli/terminal.hpp"
#include "cli/usage_error.hpp"
#include "scenarios/text_writer.hpp"

namespace faultpath::cli {
namespace {

using analysis::Outcome;
using analysis::Result;

struct CheckRequest {
  std::string result, baseline, baseline_program;
  std::vector<std::string> margins;
  std::string junit, markdown, because;
  bool json = false, strict = false, same_scenario = false, update = false, quiet = false;
};

void write_file(const std::string& path, std::string_view text) {
  scenarios::TextWriter writer(path);
  writer.write(text);
  writer.commit();
}

// Appends to the history of the baseline that it replaces.
void update_baseline(const CheckRequest& request, std::vector<analysis::HistoryEntry> history) {
  history.push_back(history_entry(request.because));
  std::error_code ignored;  // writing says what is wrong
  std::filesystem::create_directories(std::filesystem::path{request.baseline}.parent_path(),
                                      ignored);
  write_file(request.baseline, baseline_text(result_file_text(request.result), history));
  if (!request.json && !request.quiet) print(fmt::format("{} is written\n", request.baseline));
}

void check_something_compared(const CheckRequest& request, const analysis::Check& check) {
  const auto both = fmt::format("{} and {}", request.result, request.baseline);
  if (check.cases.empty())
    throw UsageError(
        fmt::format("check: {} have no case in common: nothing can be compared", both));
  for (const auto& one : check.cases)
    if (one.is_identical || !one.metrics.empty()) return;
  const auto& left = check.cases.front().not_tested;
  throw UsageError(fmt::format("check: {}: nothing can be compared: {}", both,
                               left.empty() ? "no metric is in both" : left.front().why));
}

void check_same_scenario(const CheckRequest& request, const analysis::Check& check) {
  if (!request.same_scenario || check.changed_keys.empty()) return;
  const auto& key = check.changed_keys.front();
  throw UsageError(fmt::format("check: the scenarios differ in {} key{}, the first is {}",
                               check.changed_keys.size(), check.changed_keys.size() == 1 ? "" : "s",
                               key.path));
}

int status_of(const CheckRequest& request, const analysis::Check& check) {
  if (!check.contradictions.empty()) return kBrokenRun;
  switch (check.outcome) {
    case Outcome::identical:
    case Outcome::same:
    case Outcome::better:
      return 0;
    case Outcome::inconclusive:
      return request.strict ? kMissed : 0;
    case Outcome::worse:
      return kMissed;
  }
  return 0;
}

void show(const CheckRequest& request, const CheckView& view) {
  if (!request.junit.empty()) write_file(request.junit, check_junit(view));
  if (!request.markdown.empty()) write_file(request.markdown, check_markdown(view));
  if (request.json) {
    print(check_json(view));
  } else if (!request.quiet) {
    print(check_text(view, stdout_display()));
  }
}

bool has_trail(const Result& result) {
  return std::ranges::any_of(result.runs, [](const auto& run) { return !run.trail.empty(); });
}

// What is written down as the new baseline is no regression any more.
int accept(const CheckRequest& request, const Result& base, const Result& now,
           const analysis::Check& check) {
  const bool lacks_trail = has_trail(now) && !has_trail(base);
  if (check.outcome == Outcome::identical && check.only_now.empty() && check.changed_keys.empty() &&
      !lacks_trail) {
    if (!request.json && !request.quiet) print(fmt::format("{} is up to date\n", request.baseline));
    return 0;
  }
  if (check.outcome == Outcome::worse && request.because.empty()) {
    complain("faultpath: check: the result is worse; --because says why it becomes the baseline\n");
    return kMissed;
  }
  update_baseline(request, base.history);
  return 0;
}

int execute(const CheckRequest& request) {
  if (!request.because.empty() && !request.update)
    throw UsageError("check: --because goes with --update");
  const auto now = read_result_file(request.result, analysis::Detail::statistics);
  if (request.update && !std::filesystem::exists(request.baseline)) {
    update_baseline(request, {});
    return 0;
  }
  if (!std::filesystem::exists(request.baseline))
    throw UsageError(fmt::format("check: there is no baseline {}; --update makes the result one",
                                 request.baseline));
  const auto base = read_result_file(request.baseline, analysis::Detail::statistics);
  const auto margins = margins_of(now, request.margins);
  auto check = analysis::check(base, now, margins);
  check_same_scenario(request, check);
  check_something_compared(request, check);
  if (!request.baseline_program.empty()) replay(request.baseline_program, base, now, check);
  show(request, {check, now.scenario.name, request.baseline});
  const int status = status_of(request, check);
  return request.update && status != kBrokenRun ? accept(request, base, now, check) : status;
}

void add_options(CLI::App& command, CheckRequest& request) {
  command.add_option("RESULT", request.result, "result.json, or the directory that holds it")
      ->required();
  command.add_option("--baseline", request.baseline, "what it is compared with")
      ->required()
      ->type_name("BASE");
  command
      .add_option("--baseline-program", request.baseline_program,
                  "the faultpath that made it: names the first event that differs")
      ->type_name("PATH");
  command
      .add_option("--margin", request.margins,
                  "how much a metric may change: dma_latency.p99=2%, p99=2%,\n"
                  "fault_latency=5%, throughput=1%; repeatable, the last wins")
      ->type_name("METRIC=SHARE")
      ->expected(1)
      ->allow_extra_args(false)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  command.add_option("--junit", request.junit, "write a JUnit report")->type_name("FILE");
  command.add_option("--markdown", request.markdown, "write Markdown, below 60 KB")
      ->type_name("FILE");
  command.add_flag("--json", request.json, "the verdict as JSON on stdout, nothing else there");
  command.add_flag("--strict", request.strict, "inconclusive is a failure, too");
  command.add_flag("--same-scenario", request.same_scenario,
                   "refuse to compare results of different scenarios");
  command.add_flag("--update", request.update, "then make the result the baseline");
  command.add_option("--because", request.because, "why, for the baseline's history")
      ->type_name("TEXT");
  command.add_flag("--quiet", request.quiet, "no table");
}

}  // namespace

Command add_check(CLI::App& program) {
  auto request = std::make_shared<CheckRequest>();
  auto* command = program.add_subcommand(
      "check", "Whether a result is the same as a baseline, better or worse: for CI");
  add_options(*command, *request);
  return {command, [request] { return execute(*request); }};
}

}  // namespace faultpath::cli
