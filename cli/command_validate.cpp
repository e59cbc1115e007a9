// `faultpath validate`: what the models say beside what they should.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <initializer_list>
#include <memory>
#include <nlohmann/json.hpp>

#include "cli/commands.hpp"
#include "cli/interrupt.hpp"
#include "cli/options.hpp"
#include "cli/output.hpp"
#include "cli/terminal.hpp"
#include "cli/usage_error.hpp"
#include "cli/validate/closed_forms.hpp"
#include "cli/validate/published.hpp"
#include "scenarios/suggestion.hpp"
#include "scenarios/validation/vector_folder.hpp"

namespace faultpath::cli {
namespace {

struct Request {
  std::vector<std::string> cases;
  std::string folder;  ///< empty: those of the source tree
  unsigned jobs = 0;   ///< 0: as many as there are cores
  bool json = false;
  bool no_progress = false;
};

constexpr int kFailed = 1;

std::string own_vectors() {
  namespace fs = std::filesystem;
  std::error_code missing;
  for (const auto& root : {fs::path("."), fs::path(FAULTPATH_SCENARIOS).parent_path()}) {
    const auto folder = root / "tests" / "vectors";
    if (fs::is_directory(folder, missing)) return folder.string();
  }
  throw UsageError("validate: found no folder tests/vectors; --dir says where vectors are");
}

void print_count(std::string_view kind, std::string_view rows, std::string_view files,
                 const scenarios::ReplayCount& count) {
  print(fmt::format("{}: matched {} of {} {} in {} {}\n", kind, count.matched, count.rows, rows,
                    count.files, files));
}

void print_mismatch(std::string_view kind, const scenarios::ReplayCount& count) {
  if (!count.first) return;
  const auto& [file, line, row, column, expected, found] = *count.first;
  print(fmt::format("{}: first mismatch at {}:{}, row {}, column {}: expected '{}', found '{}'\n",
                    kind, file, line, row, column, expected, found));
}

int validate_vectors(const std::string& folder) {
  const auto report = scenarios::replay_vectors(folder);
  const auto& requests = report.page_requests;
  const auto& walks = report.walks;
  print_count("pri", "rows", fmt::format("sequences, {} of them exotic", report.exotic), requests);
  print_count("walk", "vectors", "tables", walks);
  print(fmt::format("not modelled: {} rows\n", requests.not_modelled + walks.not_modelled));
  if (walks.oddities > 0) {
    print(fmt::format(
        "known oddities of the reference: {} cells, where the model does as specified\n",
        walks.oddities));
  }
  print_mismatch("pri", requests);
  print_mismatch("walk", walks);
  return report.good() ? 0 : kFailed;
}

int run_vectors(const Request& request) {
  return validate_vectors(request.folder.empty() ? own_vectors() : request.folder);
}

std::string number(double value) { return fmt::format("{:.4g}", value); }

void print_row(const ClosedFormRow& row) {
  const auto half = row.simulated.high.value_or(row.simulated.mean) - row.simulated.mean;
  print(fmt::format("{:<24} {:<30} {:>10} {:>10} ± {:<8} {:>+7.2f} %  {}\n", row.form, row.quantity,
                    number(row.predicted), number(row.simulated.mean), number(half),
                    row.error * 100.0, row.good ? "ok" : "WRONG"));
}

nlohmann::ordered_json json_of(const ClosedFormRow& row) {
  return {{"form", row.form},
          {"quantity", row.quantity},
          {"predicted", row.predicted},
          {"simulated", row.simulated.mean},
          {"low", row.simulated.low.value_or(row.simulated.mean)},
          {"high", row.simulated.high.value_or(row.simulated.mean)},
          {"error", row.error},
          {"good", row.good}};
}

int run_closed_forms(const Request& request) {
  const InterruptGuard guard;
  const auto rows =
      compare_closed_forms(workers_for(request.jobs), stderr_is_terminal() && !request.no_progress);
  if (request.json) {
    auto json = nlohmann::ordered_json::array();
    for (const auto& row : rows) json.push_back(json_of(row));
    print(json.dump(2) + "\n");
  } else {
    print(fmt::format("{:<24} {:<30} {:>10} {:>10}   {:<8} {:>9}\n", "queue", "quantity",
                      "predicted", "simulated", "99.9 %", "error"));
    for (const auto& row : rows) print_row(row);
    for (const auto& [name, solution, assumptions] : closed_forms()) {
      print(fmt::format("{}: {}; holds when: {}\n", name, solution, assumptions));
    }
  }
  return std::ranges::all_of(rows, &ClosedFormRow::good) ? 0 : kFailed;
}

int run_published(const Request& request) {
  return validate_published(request.folder, request.json) ? 0 : kFailed;
}

struct Case {
  std::string_view name, doc;
  int (*run)(const Request& request);
};
constexpr Case kCases[] = {
    {"vectors", "replays reference vectors of page request queues and walks", run_vectors},
    {"closed-forms", "simulates queues of the path that have a solution", run_closed_forms},
    {"published", "fits laws to published tables and predicts their other rows", run_published}};

std::vector<std::string> case_names() {
  std::vector<std::string> names;
  for (const auto& one : kCases) names.emplace_back(one.name);
  return names;
}

const Case& case_called(const std::string& name) {
  const auto* const found = std::ranges::find(kCases, name, &Case::name);
  if (found != std::end(kCases)) return *found;
  throw UsageError(fmt::format("validate: unknown case '{}'; expected {}", name,
                               scenarios::listed(case_names())));
}

bool is_one_of(std::string_view name, std::initializer_list<std::string_view> names) {
  return std::ranges::find(names, name) != names.end();
}

void check_effects(const std::vector<const Case*>& chosen, const Request& request) {
  const auto name = chosen.size() == 1 ? chosen.front()->name : std::string_view{};
  if (request.json && !is_one_of(name, {"closed-forms", "published"})) {
    throw UsageError("validate: --json is for 'closed-forms' or 'published' alone");
  }
  if (!request.folder.empty() && !is_one_of(name, {"vectors", "published"})) {
    throw UsageError("validate: --dir is for 'vectors' or 'published' alone");
  }
}

// Without a name: all. The worst of what they say.
int execute(const Request& request) {
  std::vector<const Case*> chosen;
  for (const auto& name : request.cases) chosen.push_back(&case_called(name));
  if (chosen.empty()) {
    for (const auto& one : kCases) chosen.push_back(&one);
  }
  check_effects(chosen, request);
  int status = 0;
  for (const auto* one : chosen) status = std::max(status, one->run(request));
  return status;
}

std::string cases_text() {
  std::string text = "what to validate; all unless named:";
  for (const auto& one : kCases) text += fmt::format("\n{} ({})", one.name, one.doc);
  return text;
}

}  // namespace

Command add_validate(CLI::App& program) {
  auto request = std::make_shared<Request>();
  auto* command = program.add_subcommand("validate", "What the models say beside what they should");
  command->add_option("CASE", request->cases, cases_text());
  command
      ->add_option("--dir", request->folder,
                   "vectors: folder with pri/ and walk/ (default: tests/vectors of the source "
                   "tree); published: folder with t1.csv and others (default: "
                   "scenarios/validation/published)")
      ->type_name("DIR");
  command->add_option("--jobs", request->jobs, "simulations at a time (default: cores)")
      ->type_name("J")
      ->check(CLI::Range(1U, 4096U));
  command->add_flag("--json", request->json,
                    "closed-forms: the rows; published: tables and parameters");
  command->add_flag("--no-progress", request->no_progress, "no progress bar");
  return {command, [request] { return execute(*request); }, {{"CASE", case_names()}}};
}

}  // namespace faultpath::cli
