// A scenario file read to its end: the tree of each variant and the document that it says.
#pragma once

#include <string>
#include <vector>

#include "models/base/spec_problem.hpp"
#include "models/device/operation.hpp"
#include "scenarios/document.hpp"
#include "scenarios/node.hpp"
#include "scenarios/scenario.hpp"

namespace faultpath::scenarios {

/// One variant of a scenario, or the scenario itself.
struct Resolved {
  std::string variant;  ///< empty: the scenario itself
  Node tree;
  Document document;
  std::vector<models::Trace> traces;  ///< one for each device spec, empty where there is none
  /// Of each strategy: keys that nothing reads in its run (SpecProblem::unused).
  std::vector<std::vector<models::SpecProblem>> unused{};
};

struct ResolvedScenario {
  std::string sha256;
  Resolved base;
  std::vector<Resolved> variants;
};

/// Merges what the file extends, its variants and `options`, reads and checks all of it. Throws
/// ConfigError.
ResolvedScenario resolve_scenario(const std::string& path, const LoadOptions& options);

/// The system of one strategy of `resolved`.
models::SystemSpec system_of(const Resolved& resolved, std::size_t strategy);

/// All keys that have an effect, with the variants as differences.
nlohmann::ordered_json resolved_json(const ResolvedScenario& scenario);

}  // namespace faultpath::scenarios
