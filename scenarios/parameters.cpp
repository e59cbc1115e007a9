// Walks a resolved scenario together with the declarations of its keys.
#include "scenarios/parameters.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "scenarios/inline_yaml.hpp"
#include "scenarios/keys/tables.hpp"

namespace faultpath::scenarios {
namespace {

// The alternative of a one-of that the value is of; the schema itself when it is none.
const Json& alternative_of(const Json& schema, const Json& value) {
  if (!schema.contains("anyOf") || !value.is_object()) return schema;
  for (const auto& one : schema["anyOf"]) {
    if (!one.contains("properties") || !one["properties"].contains("kind")) continue;
    if (one["properties"]["kind"]["const"] == value.value("kind", Json{})) return one;
  }
  return schema;
}

bool is_list_of_maps(const Json& value) {
  return value.is_array() && !value.empty() &&
         std::ranges::all_of(value, [](const Json& element) { return element.is_object(); });
}

// Appends parameters to a list.
class Walk {
 public:
  explicit Walk(std::vector<ResolvedParameter>& parameters) : parameters_(parameters) {}

  void map(const Json& map, const Json& schema, const std::string& prefix) {
    const Json properties = alternative_of(schema, map).value("properties", Json::object());
    for (const auto& [key, value] : map.items())
      member(value, properties.value(key, Json::object()), prefix + key);
  }

 private:
  void member(const Json& value, const Json& schema, const std::string& path) {
    const Json& own = alternative_of(schema, value);
    if (value.is_object() && own.contains("properties")) return map(value, own, path + ".");
    if (!is_list_of_maps(value)) return add(value, schema, path);
    const Json items = schema.value("items", Json::object());
    for (std::size_t i = 0; i < value.size(); ++i)
      map(value[i], items, fmt::format("{}[{}].", path, i));
  }

  void add(const Json& value, const Json& schema, const std::string& path) {
    ResolvedParameter parameter{path, inline_yaml(value), {}, schema.value("description", "")};
    if (schema.contains("default")) parameter.standard = inline_yaml(schema["default"]);
    parameters_.push_back(std::move(parameter));
  }

  std::vector<ResolvedParameter>& parameters_;
};

}  // namespace

std::vector<ResolvedParameter> parameters_of(const nlohmann::ordered_json& resolved) {
  const Json schema = document_keys().schema();
  std::vector<ResolvedParameter> parameters;
  Walk walk(parameters);
  auto base = resolved;
  for (const auto* key : {"scenario", "name", "description", "variants"}) base.erase(key);
  walk.map(base, schema, "");
  const auto variants = resolved.value("variants", Json::object());
  for (const auto& [name, overrides] : variants.items())
    walk.map(overrides, schema, "variants." + name + ".");
  return parameters;
}

}  // namespace faultpath::scenarios
