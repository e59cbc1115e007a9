// `faultpath validate`: what the models say beside what they should.
#include <fmt/format.h>

#include <filesystem>
#include <initializer_list>
#include <memory>

#include "cli/commands.hpp"
#include "cli/output.hpp"
#include "cli/usage_error.hpp"
#include "scenarios/validation/vector_folder.hpp"

namespace faultpath::cli {
namespace {

struct Request {
  std::vector<std::string> cases;
  std::string folder;  ///< empty: the vectors of the source tree
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

int execute(const Request& request) {
  if (request.cases.empty()) {
    throw UsageError(
        "validate: closed forms and published tables are not available in this version; "
        "'validate vectors' replays the reference vectors");
  }
  for (const auto& name : request.cases) {
    if (name != "vectors")
      throw UsageError(fmt::format("validate: unknown case '{}'; expected vectors", name));
  }
  return validate_vectors(request.folder.empty() ? own_vectors() : request.folder);
}

}  // namespace

Command add_validate(CLI::App& program) {
  auto request = std::make_shared<Request>();
  auto* command = program.add_subcommand(
      "validate", "Replay reference vectors: what the models say beside what they should");
  command->add_option("CASE", request->cases, "vectors");
  command
      ->add_option("--dir", request->folder,
                   "folder with pri/ and walk/ (default: tests/vectors of the source tree)")
      ->type_name("DIR");
  return {command, [request] { return execute(*request); }, {{"CASE", {"vectors"}}}};
}

}  // namespace faultpath::cli
