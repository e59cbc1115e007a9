// `faultpath graph`: the topology and the route of a fault as DOT.
#include <memory>
#include <string>

#include "cli/case_choice.hpp"
#include "cli/commands.hpp"
#include "cli/output.hpp"
#include "models/assembly/topology_dot.hpp"
#include "scenarios/scenario.hpp"

namespace faultpath::cli {
namespace {

struct GraphRequest {
  std::string path;
  scenarios::LoadOptions load;
  CaseChoice choice;
};

int execute(const GraphRequest& request) {
  const auto scenario = scenarios::load_scenario(request.path, request.load);
  const auto& chosen = request.choice.of(scenario, "graph");
  const std::string title = scenario.name + (chosen.variant.empty() ? "" : ": ") + chosen.variant;
  print(models::dot_of(chosen.spec, title));
  return 0;
}

}  // namespace

Command add_graph(CLI::App& program) {
  auto request = std::make_shared<GraphRequest>();
  auto* command = program.add_subcommand(
      "graph", "The topology and the route of a fault as DOT, for Graphviz: | dot -Tsvg");
  command->add_option("SCENARIO", request->path, "scenario file (YAML)")->required();
  command->add_option("--set", request->load.sets, "change a key before drawing; repeatable")
      ->type_name("PATH=VALUE")
      ->allow_extra_args(false);
  request->choice.add_to(*command, "draw");
  return {command, [request] { return execute(*request); }};
}

}  // namespace faultpath::cli
