// The parameters of a resolved scenario, each beside its default.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

namespace faultpath::scenarios {

struct ResolvedParameter {
  std::string path;                     ///< as --set takes it: `devices[0].pri.allocation`
  std::string value;                    ///< as a scenario would say it, on one line
  std::optional<std::string> standard;  ///< the default, in the same words; absent when required
  std::string meaning;                  ///< empty when the key is not known to this version
};

/// The parameters of `resolved`, the scenario that a result carries, in its order. Its name and
/// description are not parameters.
std::vector<ResolvedParameter> parameters_of(const nlohmann::ordered_json& resolved);

}  // namespace faultpath::scenarios
