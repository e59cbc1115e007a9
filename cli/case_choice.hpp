// Picking one case of a scenario by the names of its variant and its strategy.
#pragma once

#include <CLI/App.hpp>
#include <optional>
#include <string>

#include "scenarios/scenario.hpp"

namespace faultpath::cli {

struct CaseChoice {
  std::optional<std::string> variant, strategy;

  /// Adds --variant and --strategy. `verb` is what happens to the case: "draw".
  void add_to(CLI::App& command, const std::string& verb);
  /// The first case that has both names. Throws UsageError, which begins with `command` and
  /// suggests a name, when there is none.
  const scenarios::Case& of(const scenarios::Scenario& scenario, const char* command) const;
};

}  // namespace faultpath::cli
