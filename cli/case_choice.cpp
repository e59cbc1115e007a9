// Cases left after each name.
#include "cli/case_choice.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "cli/usage_error.hpp"
#include "scenarios/suggestion.hpp"

namespace faultpath::cli {
namespace {

using Cases = std::vector<const scenarios::Case*>;

struct Name {
  const char* what;
  std::string scenarios::Case::* label;
};

Cases choose(Cases cases, const Name& name, const std::string& wanted, const char* command) {
  std::vector<std::string> known;
  for (const auto* one : cases) {
    if (std::ranges::find(known, one->*name.label) == known.end())
      known.push_back(one->*name.label);
  }
  std::erase_if(cases, [&](const auto* one) { return one->*name.label != wanted; });
  if (!cases.empty()) return cases;
  throw UsageError(fmt::format("{}: there is no {} '{}'; {}", command, name.what, wanted,
                               scenarios::hint_for(wanted, known)));
}

}  // namespace

void CaseChoice::add_to(CLI::App& command, const std::string& verb) {
  const auto about = fmt::format("which one to {}; the first unless given", verb);
  command.add_option("--variant", variant, about)->type_name("NAME");
  command.add_option("--strategy", strategy, about)->type_name("NAME");
}

const scenarios::Case& CaseChoice::of(const scenarios::Scenario& scenario,
                                      const char* command) const {
  if (variant && scenario.cases.front().variant.empty())
    throw UsageError(fmt::format("{}: the scenario has no variants", command));
  Cases cases;
  for (const auto& one : scenario.cases) cases.push_back(&one);
  if (variant)
    cases = choose(std::move(cases), {"variant", &scenarios::Case::variant}, *variant, command);
  if (strategy)
    cases = choose(std::move(cases), {"strategy", &scenarios::Case::strategy}, *strategy, command);
  return *cases.front();
}

}  // namespace faultpath::cli
