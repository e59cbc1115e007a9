// The options that mean the same in every command that has them.
#pragma once

#include <CLI/App.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "models/assembly/dimension.hpp"
#include "scenarios/scenario.hpp"
#include "sim/fingerprint.hpp"

namespace faultpath::cli {

/// What changes a scenario from the command line.
struct ScenarioOptions {
  std::string path;
  std::vector<std::string> sets;
  std::optional<std::string> seed;          // as it was written: read by the rules of a scenario
  std::optional<std::string> replications;  // the same

  /// Adds SCENARIO, --set, --seed and --replications.
  void add_to(CLI::App& command);
  /// --seed and --replications are short for --set; they win over it. Throws UsageError when one is
  /// no whole number.
  scenarios::LoadOptions load_options() const;
};

/// What a command that runs simulations takes besides.
struct RunOptions {
  unsigned jobs = 0;  ///< 0: as many as there are cores
  std::string out;    ///< empty: a directory named after scenario and command
  bool json = false;
  bool quiet = false;
  bool no_progress = false;
  bool tail = false;
  std::string fingerprint;  ///< ingredients; empty: not asked for
  std::string confidence = "95%";
  std::string precision;  ///< empty: as many replications as the scenario says
  std::string by;         ///< the dimension of the parts; empty: the whole alone

  void add_to(CLI::App& command);
  /// Throws UsageError when an option has no effect beside another.
  void check_effects() const;
  std::size_t job_count() const;
  /// A share: 0.95. Throws UsageError when it is none.
  double confidence_share() const;
  /// A share: 0.05. Absent when not asked for. Throws UsageError when it is none.
  std::optional<double> precision_share() const;
  /// By what results are wanted in parts, too. Throws UsageError on an unknown dimension.
  std::optional<models::Dimension> dimension() const;
  /// All when --fingerprint names none. Throws UsageError on an unknown word.
  sim::FingerprintIngredients ingredients() const;
};

/// The workers for --jobs: as many as it says, or as there are cores for 0.
std::size_t workers_for(unsigned jobs);

/// `99%`, `99` and `0.99` are the same. Throws UsageError outside of 0 to 100 %, both excluded.
double parse_confidence(const std::string& text);
/// `5%` or `0.05`; absent when it is no share above 0 and up to 100 %.
std::optional<double> parse_share(const std::string& text);
/// `time,kind`: a list of time, component, kind and key; or `all`.
sim::FingerprintIngredients parse_ingredients(const std::string& text);

}  // namespace faultpath::cli
