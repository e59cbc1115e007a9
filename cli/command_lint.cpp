// `faultpath lint`: check scenarios without running them.
#include <fmt/format.h>

#include <memory>

#include "cli/commands.hpp"
#include "cli/output.hpp"
#include "scenarios/config_error.hpp"
#include "scenarios/scenario.hpp"

namespace faultpath::cli {
namespace {

struct LintRequest {
  std::vector<std::string> paths;
  scenarios::LoadOptions load;
  bool quiet = false;
};

bool is_good(const std::string& path, const LintRequest& request) {
  try {
    const auto scenario = scenarios::load_scenario(path, request.load);
    if (!request.quiet) print(fmt::format("{}: ok\n", path));
    return true;
  } catch (const scenarios::ConfigError& error) {
    complain(fmt::format("{}\n", error.what()));
    return false;
  }
}

// Looks at all of them, whatever the first says.
int execute(const LintRequest& request) {
  bool all_good = true;
  for (const auto& path : request.paths) all_good &= is_good(path, request);
  return all_good ? 0 : 2;
}

}  // namespace

Command add_lint(CLI::App& program) {
  auto request = std::make_shared<LintRequest>();
  auto* command = program.add_subcommand("lint", "Check scenarios, and say where they are wrong");
  command->add_option("SCENARIO", request->paths, "scenario files (YAML)")->required();
  command->add_option("--set", request->load.sets, "change a key before checking; repeatable")
      ->type_name("PATH=VALUE")
      ->allow_extra_args(false);
  command->add_flag("--quiet", request->quiet, "say only what is wrong");
  return {command, [request] { return execute(*request); }};
}

}  // namespace faultpath::cli
