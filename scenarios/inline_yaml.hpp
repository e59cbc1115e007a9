// Values as they stand on one line of YAML.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace faultpath::scenarios {

/// `{dist: lognormal, mean: 750ns}`, `[1, 2]`, `text`, `"text: with quotes where it needs them"`.
std::string inline_yaml(const nlohmann::ordered_json& value);

}  // namespace faultpath::scenarios
