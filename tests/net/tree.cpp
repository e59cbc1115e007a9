// Pointers into the tree of a scenario.
#include "tests/net/tree.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

#include "scenarios/inline_yaml.hpp"
#include "scenarios/override.hpp"

namespace faultpath::net {
namespace {

void collect(const Json& value, const Pointer& at, std::vector<Pointer>& all) {
  for (std::size_t i = 0; value.is_array() && i < value.size(); ++i) {
    all.push_back(at / i);
    collect(value[i], at / i, all);
  }
  if (!value.is_object()) return;
  for (const auto& [key, member] : value.items()) {
    all.push_back(at / key);
    collect(member, at / key, all);
  }
}

// An element by index, name or kind.
std::optional<std::size_t> index_of(const Json& list, const std::string& step) {
  std::size_t index = 0;
  const char* const end = step.data() + step.size();
  if (std::from_chars(step.data(), end, index).ptr == end) {
    return index < list.size() ? std::optional(index) : std::nullopt;
  }
  for (std::size_t i = 0; i < list.size(); ++i) {
    const Json& one = list[i];
    if (one == step) return i;
    if (!one.is_object()) continue;
    if (one.value("name", "") == step || (!one.contains("name") && one.value("kind", "") == step)) {
      return i;
    }
  }
  return std::nullopt;
}

// Of the element or member of a value of `schema`.
const Json* schema_below(const Json* schema, const char* part, const std::string& key) {
  if (schema == nullptr || !schema->contains(part)) return nullptr;
  const Json& below = (*schema)[part];
  if (key.empty()) return &below;
  return below.contains(key) ? &below[key] : nullptr;
}

const Json* schema_of(const Json* schema, const Json& value) {
  return schema == nullptr ? nullptr : &alternative_of(resolved_schema(*schema), value);
}

}  // namespace

std::vector<Pointer> values_below(const Json& scenario, const Pointer& top) {
  std::vector<Pointer> all;
  collect(scenario.at(top), top, all);
  return all;
}

bool cut(Json& scenario, const Pointer& at) {
  if (at.empty()) return false;
  Json& parent = scenario.at(at.parent_pointer());
  if (parent.is_array()) {
    if (parent.size() == 1) return false;
    parent.erase(std::stoul(at.back()));
    return true;
  }
  const bool is_needed =
      at.parent_pointer().empty() &&
      (at.back() == "scenario" || at.back() == "devices" || at.back() == "strategies");
  return !is_needed && parent.erase(at.back()) == 1;
}

Found find(const Json& scenario, const std::string& path) {
  Found found{Pointer(), &document_schema(), {}};
  for (const std::string& step : scenarios::split_path(path)) {
    const Json& value = scenario.at(found.at);
    if (value.is_array()) {
      const auto index = index_of(value, step);
      if (!index) return found;
      found.at /= *index;
      found.schema = schema_of(schema_below(found.schema, "items", {}), value[*index]);
      continue;
    }
    const Json* const schema = schema_below(found.schema, "properties", step);
    if (!value.is_object() || !value.contains(step)) {
      if (value.is_object() && schema != nullptr) found.missing = step;
      return found;
    }
    found.at /= step;
    found.schema = schema_of(schema, value[step]);
  }
  return found;
}

std::string yaml_of(const Json& scenario) {
  std::string text;
  for (const auto& [key, value] : scenario.items()) {
    text += key + ": " + scenarios::inline_yaml(value) + "\n";
  }
  return text;
}

}  // namespace faultpath::net
