// `faultpath import`: recordings of other tools as traces.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>

#include "cli/commands.hpp"
#include "cli/output.hpp"
#include "cli/usage_error.hpp"
#include "scenarios/decompression.hpp"
#include "scenarios/import.hpp"

namespace faultpath::cli {
namespace {

namespace fs = std::filesystem;

struct ImportRequest {
  std::string format, in, out;
  std::string times = "drop", several = "refuse";
  bool json = false;
  bool quiet = false;
};

std::string formats_text() {
  std::string text = "of FILE:";
  for (const auto& [name, doc] : scenarios::import_formats())
    text += fmt::format("\n{} ({})", name, doc);
  return text;
}

// The name of the recording without its extensions, in the working directory; never over a file
// that is there already, because nobody named it.
std::string default_output(const std::string& in) {
  if (in == scenarios::kStandardStream) return in;
  const auto name = fs::path{in}.filename().string();
  auto out = name.substr(0, name.find('.', 1)) + ".csv";
  std::error_code missing;
  if (fs::exists(fs::symlink_status(out, missing)))
    throw UsageError(fmt::format("import: {} exists; name it with --out", out));
  return out;
}

scenarios::Several several_of(const std::string& word) {
  if (word == "pasid") return scenarios::Several::pasid;
  return word == "device" ? scenarios::Several::device : scenarios::Several::refuse;
}

std::string output_of(const ImportRequest& request) {
  if (request.out.empty()) return default_output(request.in);
  std::error_code missing;
  if (fs::equivalent(request.in, request.out, missing))
    throw UsageError(fmt::format("import: {} is the recording itself", request.out));
  return request.out;
}

std::string counts_json(const std::string& out, const scenarios::ImportCounts& counts) {
  const nlohmann::ordered_json json{{"file", out},
                                    {"accesses", counts.accesses},
                                    {"reads", counts.reads},
                                    {"writes", counts.writes},
                                    {"distinct_pages", counts.distinct_pages},
                                    {"pages_touched", counts.pages_touched}};
  return json.dump(2) + "\n";
}

std::string counts_text(const std::string& out, const scenarios::ImportCounts& counts) {
  return fmt::format(
      "{}: {} accesses ({} reads, {} writes), {} distinct pages of 4 KiB, {} page accesses\n", out,
      counts.accesses, counts.reads, counts.writes, counts.distinct_pages, counts.pages_touched);
}

int execute(const ImportRequest& request) {
  const auto out = output_of(request);
  const bool is_piped = out == scenarios::kStandardStream;
  if (is_piped && request.json)
    throw UsageError("import: --json would mix with the trace on standard output; name --out");
  const auto counts = scenarios::import_trace(
      request.format, request.in, out,
      {.keep_times = request.times == "keep", .several = several_of(request.several)});
  if (request.json) {
    print(counts_json(out, counts));
  } else if (!request.quiet && is_piped) {
    complain(counts_text("standard output", counts));
  } else if (!request.quiet) {
    print(counts_text(out, counts));
  }
  return 0;
}

}  // namespace

Command add_import(CLI::App& program) {
  auto request = std::make_shared<ImportRequest>();
  auto* command = program.add_subcommand("import", "Turn a recording into a trace for workloads");
  command->add_option("FORMAT", request->format, formats_text())->required();
  command
      ->add_option("FILE", request->in,
                   "the recording, plain or compressed by zstd, gzip or xz;\n"
                   "- is standard input")
      ->required();
  command
      ->add_option("--out", request->out,
                   "the trace; compressed when it ends in .zst; - is standard output\n"
                   "(default: FILE's name with .csv, in the working directory)")
      ->type_name("F");
  command
      ->add_option("--times", request->times,
                   "keep: replay at the recorded times;\n"
                   "drop: as fast as the queue depth allows")
      ->check(CLI::IsMember({"keep", "drop"}))
      ->capture_default_str();
  command
      ->add_option("--several", request->several,
                   "several files, jobs or processes in one recording:\n"
                   "refuse them, or give each a pasid or a device")
      ->check(CLI::IsMember({"refuse", "pasid", "device"}))
      ->capture_default_str();
  command->add_flag("--json", request->json, "the counts as JSON");
  command->add_flag("--quiet", request->quiet, "do not print the counts");
  std::vector<std::string> formats;
  for (const auto& format : scenarios::import_formats()) formats.push_back(format.name);
  return {command,
          [request] { return execute(*request); },
          {{"FORMAT", std::move(formats)},
           {"--times", {"keep", "drop"}},
           {"--several", {"refuse", "pasid", "device"}}}};
}

}  // namespace faultpath::cli
