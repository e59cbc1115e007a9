// `faultpath show`: a scenario with everything resolved.
#include <fmt/format.h>

#include <memory>

#include "cli/commands.hpp"
#include "cli/options.hpp"
#include "scenarios/scenario.hpp"

namespace faultpath::cli {
namespace {

struct Request {
  ScenarioOptions scenario;
  bool json = false;
};

int execute(const Request& request) {
  const auto& [path, options] = std::pair{request.scenario.path, request.scenario.load_options()};
  if (request.json) {
    fmt::print("{}\n", scenarios::load_scenario(path, options).resolved.dump(2));
  } else {
    fmt::print("{}", scenarios::show_scenario(path, options));
  }
  return 0;
}

}  // namespace

Command add_show(CLI::App& program) {
  auto request = std::make_shared<Request>();
  auto* command = program.add_subcommand(
      "show", "A scenario with its profiles merged and every default, its unit and its source");
  request->scenario.add_to(*command);
  command->add_flag("--json", request->json, "as JSON, without the comments");
  return {command, [request] { return execute(*request); }};
}

}  // namespace faultpath::cli
