// Checks JSON against a schema, keyword by keyword.
#include "tests/scenarios/schema_check.hpp"

#include <fmt/format.h>

#include <regex>

#include "scenarios/yaml_text.hpp"

namespace faultpath::scenarios {
namespace {

using Json = nlohmann::ordered_json;

class Checker {
 public:
  explicit Checker(const Json& root) : root_(root) {}

  std::string check(const Json& schema, const Json& value, const std::string& path) const {
    for (const auto& [keyword, rule] : schema.items()) {
      const auto problem = check_keyword(keyword, rule, schema, value, path);
      if (!problem.empty()) return problem;
    }
    return {};
  }

 private:
  std::string check_keyword(const std::string& keyword, const Json& rule, const Json& schema,
                            const Json& value, const std::string& path) const {
    const auto no = [&](bool good) {
      return good ? ""
                  : fmt::format("{}: {} is not {} {}", path, value.dump(), keyword, rule.dump());
    };
    if (is_annotation(keyword)) return {};
    if (keyword == "$ref") return check(referred(rule.get<std::string>()), value, path);
    if (keyword == "type") return no(has_type(value, rule.get<std::string>()));
    if (keyword == "const") return no(value == rule);
    if (keyword == "enum") return no(std::find(rule.begin(), rule.end(), value) != rule.end());
    if (keyword == "pattern") {
      return no(!value.is_string() ||
                std::regex_search(value.get<std::string>(), std::regex(rule.get<std::string>())));
    }
    if (keyword == "minimum") return no(!value.is_number() || value >= rule);
    if (keyword == "maximum") return no(!value.is_number() || value <= rule);
    if (keyword == "exclusiveMinimum") return no(!value.is_number() || value > rule);
    if (keyword == "minItems")
      return no(!value.is_array() || value.size() >= rule.get<std::size_t>());
    if (keyword == "required") return check_required(rule, value, path);
    if (keyword == "properties") return check_properties(rule, value, path);
    if (keyword == "propertyNames") return check_names(rule, value, path);
    if (keyword == "additionalProperties") return check_others(rule, schema, value, path);
    if (keyword == "items") return check_items(rule, value, path);
    if (keyword == "anyOf") return check_any(rule, value, path);
    return "the validator does not know the keyword " + keyword;
  }

  static bool is_annotation(const std::string& keyword) {
    return keyword.starts_with("x-") || keyword == "description" || keyword == "default" ||
           keyword == "title" || keyword == "$schema" || keyword == "$defs";
  }

  const Json& referred(const std::string& reference) const {
    return root_.at(nlohmann::json_pointer<std::string>(reference.substr(1)));
  }

  static bool has_type(const Json& value, const std::string& type) {
    if (type == "object") return value.is_object();
    if (type == "array") return value.is_array();
    if (type == "string") return value.is_string();
    if (type == "boolean") return value.is_boolean();
    if (type == "integer") return value.is_number_integer();
    return type == "number" && value.is_number();
  }

  static std::string check_required(const Json& keys, const Json& value, const std::string& path) {
    for (const auto& key : keys) {
      if (value.is_object() && !value.contains(key.get<std::string>())) {
        return fmt::format("{}: needs {}", path, key.dump());
      }
    }
    return {};
  }

  std::string check_properties(const Json& rules, const Json& value,
                               const std::string& path) const {
    if (!value.is_object()) return {};
    for (const auto& [key, rule] : rules.items()) {
      if (!value.contains(key)) continue;
      const auto problem = check(rule, value.at(key), path + "." + key);
      if (!problem.empty()) return problem;
    }
    return {};
  }

  std::string check_names(const Json& rule, const Json& value, const std::string& path) const {
    if (!value.is_object()) return {};
    for (const auto& [key, member] : value.items()) {
      const auto problem = check(rule, key, path + "." + key);
      if (!problem.empty()) return problem;
    }
    return {};
  }

  std::string check_others(const Json& rule, const Json& schema, const Json& value,
                           const std::string& path) const {
    if (!value.is_object()) return {};
    for (const auto& [key, member] : value.items()) {
      if (schema.contains("properties") && schema["properties"].contains(key)) continue;
      if (rule == false) return fmt::format("{}.{}: is no key", path, key);
      const auto problem = check(rule, member, path + "." + key);
      if (!problem.empty()) return problem;
    }
    return {};
  }

  std::string check_items(const Json& rule, const Json& value, const std::string& path) const {
    if (!value.is_array()) return {};
    for (std::size_t i = 0; i < value.size(); ++i) {
      const auto problem = check(rule, value[i], fmt::format("{}[{}]", path, i));
      if (!problem.empty()) return problem;
    }
    return {};
  }

  std::string check_any(const Json& rules, const Json& value, const std::string& path) const {
    std::string problems;
    for (const auto& rule : rules) {
      const auto problem = check(rule, value, path);
      if (problem.empty()) return {};
      problems += (problems.empty() ? "" : " | ") + problem;
    }
    return problems;
  }

  const Json& root_;
};

Json as_json(const Node& node) {
  if (node.is_scalar()) {
    const Json parsed = Json::parse(node.text, nullptr, false);
    return parsed.is_number() || parsed.is_boolean() ? parsed : Json(node.text);
  }
  Json json = node.is_map() ? Json::object() : node.is_list() ? Json::array() : Json{};
  for (const auto& entry : node.entries) json[entry.key] = as_json(entry.value);
  for (const auto& item : node.items) json.push_back(as_json(item));
  return json;
}

}  // namespace

std::string schema_problem(const Json& root, const Json& schema, const Json& value,
                           const std::string& path) {
  return Checker(root).check(schema, value, path);
}

Json yaml_as_json(const std::string& text) {
  return as_json(parse_yaml(text, std::make_shared<const Source>(Source{"text", {}}), 0));
}

}  // namespace faultpath::scenarios
