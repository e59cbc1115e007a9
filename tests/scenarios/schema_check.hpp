// A validator for the part of JSON Schema that the scenarios' schema uses.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace faultpath::scenarios {

/// Why `value` is not as `schema` says, empty when it is. Knows type, const, enum, pattern,
/// minimum, maximum, exclusiveMinimum, properties, additionalProperties, required, items, minItems,
/// anyOf and $ref into `root`; fails on any keyword that it does not know.
std::string schema_problem(const nlohmann::ordered_json& root, const nlohmann::ordered_json& schema,
                           const nlohmann::ordered_json& value, const std::string& path = "");

/// A YAML text as JSON, as a YAML language server sees it.
nlohmann::ordered_json yaml_as_json(const std::string& text);

}  // namespace faultpath::scenarios
