// The cases of a resolved scenario.
#include "scenarios/scenario.hpp"

#include "scenarios/resolve.hpp"

namespace faultpath::scenarios {
namespace {

void add_cases(const Resolved& resolved, std::vector<Case>& cases) {
  const auto& document = resolved.document;
  for (std::size_t i = 0; i < document.strategies.size(); ++i) {
    cases.push_back({resolved.variant, document.strategies[i].name, document.warmup.automatic,
                     system_of(resolved, i)});
  }
}

}  // namespace

Scenario load_scenario(const std::string& path, const LoadOptions& options) {
  const auto resolved = resolve_scenario(path, options);
  const auto& document = resolved.base.document;
  Scenario scenario{document.name,         document.description, path, resolved.sha256,
                    document.replications, document.seed,        {},   resolved_json(resolved)};
  if (resolved.variants.empty()) add_cases(resolved.base, scenario.cases);
  for (const auto& variant : resolved.variants) add_cases(variant, scenario.cases);
  return scenario;
}

}  // namespace faultpath::scenarios
