// Scenarios: from a YAML file to the systems that it wants simulated.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "models/assembly/system_spec.hpp"
#include "scenarios/config_error.hpp"

namespace faultpath::scenarios {

/// One system to simulate: a variant under a strategy. Its replication is 0.
struct Case {
  std::string variant;       ///< empty when the scenario has no variants
  std::string strategy;      ///< label, unique within the variant
  bool auto_warmup = false;  ///< the warm-up is to be found by a pilot run; spec has none
  models::SystemSpec spec;
};

struct Scenario {
  std::string name;
  std::string description;
  std::string path;
  std::string sha256;  ///< of the file's bytes followed by those of the files it extends
  unsigned replications = 1;
  std::uint64_t seed = 1;
  std::vector<Case> cases;  ///< variant by variant in the file's order, and strategy by strategy
  nlohmann::ordered_json resolved;  ///< every key that has an effect; a scenario file by itself
};

struct LoadOptions {
  std::vector<std::string> sets;  ///< PATH=VALUE, in order; the last one wins
};

/// Reads and checks a scenario, with its traces. Throws ConfigError.
Scenario load_scenario(const std::string& path, const LoadOptions& options = {});

/// The resolved scenario as YAML: each key with where it was set or that it is a default, its
/// meaning and the source of its default. Loads again to the same systems. Throws ConfigError.
std::string show_scenario(const std::string& path, const LoadOptions& options = {});

}  // namespace faultpath::scenarios
