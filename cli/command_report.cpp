// `faultpath report`: one page for a design review, and figures for slides.
#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>

#include "analysis/report/figures.hpp"
#include "analysis/report/page.hpp"
#include "cli/check/margin_options.hpp"
#include "cli/commands.hpp"
#include "cli/result_file.hpp"
#include "cli/usage_error.hpp"
#include "scenarios/parameters.hpp"

namespace faultpath::cli {
namespace {

namespace fs = std::filesystem;
namespace report = analysis::report;

struct ReportRequest {
  std::vector<std::string> results;
  std::string out, data, figures, baseline;
};

// `results/before`, `results/before/result.json` and `results/before.json.zst` read `before`.
std::string name_of(const std::string& path) {
  auto file = fs::absolute(path).lexically_normal();
  if (!file.has_filename()) file = file.parent_path();
  if (file.filename() == "result.json") file = file.parent_path();
  const auto name = file.filename().string();
  return name.substr(0, name.find('.', 1));
}

std::vector<report::Parameter> parameters_of(const analysis::Result& result) {
  std::vector<report::Parameter> parameters;
  for (auto& [path, value, standard, meaning] : scenarios::parameters_of(result.scenario.resolved))
    parameters.push_back({path, value, standard, meaning});
  return parameters;
}

report::Source source_of(const std::string& path) {
  auto result = read_result_file(path);
  if (result.runs.empty()) throw UsageError(fmt::format("{}: a result without runs", path));
  auto parameters = parameters_of(result);
  return {.label = result.scenario.name,
          .result = std::move(result),
          .parameters = std::move(parameters)};
}

// Scenarios' names, else files' names, else numbered.
std::vector<report::Source> sources_of(const std::vector<std::string>& paths) {
  std::vector<report::Source> sources;
  for (const auto& path : paths) sources.push_back(source_of(path));
  const auto clash = [&](std::size_t i) {
    return std::ranges::count(sources, sources[i].label, &report::Source::label) > 1;
  };
  std::vector<bool> clashed;
  for (std::size_t i = 0; i < sources.size(); ++i) clashed.push_back(clash(i));
  for (std::size_t i = 0; i < sources.size(); ++i)
    if (clashed[i]) sources[i].label = name_of(paths[i]);
  for (std::size_t i = sources.size(); i-- > 0;)
    if (clash(i)) sources[i].label += fmt::format(" ({})", i + 1);
  return sources;
}

// Beside and renamed, so that the file is complete or absent.
void write_file(const std::string& path, const std::string& text) {
  const auto partial = fmt::format("{}.partial", path);
  errno = 0;
  std::ofstream file(partial, std::ios::binary);
  file << text;
  file.close();
  std::error_code failed;
  if (!file) failed.assign(errno == 0 ? EIO : errno, std::generic_category());
  if (!failed) fs::rename(partial, path, failed);
  if (!failed) return;
  std::error_code ignored;
  fs::remove(partial, ignored);
  throw UsageError(fmt::format("cannot write {}: {}", path, failed.message()));
}

// With the margins that `check` has unless its command line says otherwise.
std::optional<report::Verification> verification_of(const ReportRequest& request,
                                                    const std::vector<report::Source>& sources) {
  if (request.baseline.empty()) return std::nullopt;
  if (sources.size() > 1) throw UsageError("report: --baseline is for one result");
  const auto base = read_result_file(request.baseline);
  return report::Verification{
      name_of(request.baseline),
      analysis::check(base, sources.front().result, margins_of(sources.front().result, {}))};
}

void write_outputs(const ReportRequest& request, const std::vector<report::Source>& sources) {
  const auto verification = verification_of(request, sources);
  if (!request.data.empty()) write_file(request.data, report::page_data(sources, verification));
  if (!request.out.empty()) {
    const auto libraries = report::read_libraries(FAULTPATH_REPORT_LIBRARIES);
    write_file(request.out, report::page_html(sources, libraries, verification));
  }
  if (!request.figures.empty()) report::write_figures(sources, request.figures, verification);
}

int execute(const ReportRequest& request) {
  if (request.out.empty() && request.data.empty() && request.figures.empty())
    throw UsageError("report: nothing to write; --out F.html names the page");
  const auto sources = sources_of(request.results);
  try {
    write_outputs(request, sources);
  } catch (const report::Missing& missing) {
    throw UsageError(fmt::format("report: {}", missing.what()));
  }
  return 0;
}

}  // namespace

Command add_report(CLI::App& program) {
  auto request = std::make_shared<ReportRequest>();
  auto* command = program.add_subcommand(
      "report", "One page of results for a design review, and figures for slides");
  command->add_option("RESULT", request->results, "result directories or files")->required();
  command->add_option("--out", request->out, "the page: one HTML file that needs no network")
      ->type_name("F.html");
  command
      ->add_option("--figures", request->figures,
                   "the charts as SVG, PNG and PDF, into this directory")
      ->type_name("DIR");
  command
      ->add_option("--baseline", request->baseline,
                   "shows the verdict of a check against this result")
      ->type_name("BASE");
  command->add_option("--data", request->data, "what the charts show, as JSON")->type_name("F");
  return {command, [request] { return execute(*request); }};
}

}  // namespace faultpath::cli
