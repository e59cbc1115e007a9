// `faultpath show`: a scenario with everything resolved.
#include <fmt/format.h>

#include <memory>

#include "cli/commands.hpp"
#include "cli/options.hpp"
#include "cli/output.hpp"
#include "scenarios/scenario.hpp"

namespace faultpath::cli {
namespace {

struct ShowRequest {
  ScenarioOptions scenario;
  bool json = false;
};

int execute(const ShowRequest& request) {
  const auto& [path, options] = std::pair{request.scenario.path, request.scenario.load_options()};
  if (request.json) {
    const auto resolved = scenarios::load_scenario(path, options).resolved;
    using Json = nlohmann::ordered_json;  // what is no UTF-8 cannot stand in JSON
    print(resolved.dump(2, ' ', false, Json::error_handler_t::replace) + "\n");
  } else {
    print(scenarios::show_scenario(path, options));
  }
  return 0;
}

}  // namespace

Command add_show(CLI::App& program) {
  auto request = std::make_shared<ShowRequest>();
  auto* command = program.add_subcommand(
      "show", "A scenario with its profiles merged and every default, its unit and its source");
  request->scenario.add_to(*command);
  command->add_flag("--json", request->json, "as JSON, without the comments");
  return {command, [request] { return execute(*request); }};
}

}  // namespace faultpath::cli
