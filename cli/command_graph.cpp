// `faultpath graph`: the topology and the route of a fault as DOT.
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/commands.hpp"
#include "cli/output.hpp"
#include "cli/usage_error.hpp"
#include "models/topology/topology_dot.hpp"
#include "scenarios/scenario.hpp"
#include "scenarios/suggestion.hpp"

namespace faultpath::cli {
namespace {

struct Request {
  std::string path;
  scenarios::LoadOptions load;
  std::optional<std::string> variant, strategy;
};

// Of the cases left, those whose `label` is `wanted`.
std::vector<scenarios::Case> choose(std::vector<scenarios::Case> cases, const char* what,
                                    std::string scenarios::Case::* label,
                                    const std::optional<std::string>& wanted) {
  if (!wanted) return cases;
  std::vector<std::string> known;
  for (const auto& one : cases) {
    if (std::ranges::find(known, one.*label) == known.end()) known.push_back(one.*label);
  }
  std::erase_if(cases, [&](const scenarios::Case& one) { return one.*label != *wanted; });
  if (!cases.empty()) return cases;
  const auto near = scenarios::nearest(*wanted, known);
  throw UsageError(fmt::format("graph: there is no {} '{}'; {}", what, *wanted,
                               near.empty() ? "expected " + scenarios::listed(known)
                                            : fmt::format("did you mean '{}'?", near)));
}

int execute(const Request& request) {
  const auto scenario = scenarios::load_scenario(request.path, request.load);
  if (request.variant && scenario.cases.front().variant.empty()) {
    throw UsageError("graph: the scenario has no variants");
  }
  auto cases = choose(scenario.cases, "variant", &scenarios::Case::variant, request.variant);
  cases = choose(std::move(cases), "strategy", &scenarios::Case::strategy, request.strategy);
  const auto& chosen = cases.front();
  const std::string title = scenario.name + (chosen.variant.empty() ? "" : ": ") + chosen.variant;
  print(models::dot_of(chosen.spec, title));
  return 0;
}

}  // namespace

Command add_graph(CLI::App& program) {
  auto request = std::make_shared<Request>();
  auto* command = program.add_subcommand(
      "graph", "The topology and the route of a fault as DOT, for Graphviz: | dot -Tsvg");
  command->add_option("SCENARIO", request->path, "scenario file (YAML)")->required();
  command->add_option("--set", request->load.sets, "change a key before drawing; repeatable")
      ->type_name("PATH=VALUE")
      ->allow_extra_args(false);
  command->add_option("--variant", request->variant, "which one to draw; the first unless given")
      ->type_name("NAME");
  command->add_option("--strategy", request->strategy, "which one to draw; the first unless given")
      ->type_name("NAME");
  return {command, [request] { return execute(*request); }};
}

}  // namespace faultpath::cli
