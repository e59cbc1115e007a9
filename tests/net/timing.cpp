// A walk along values and their schemas.
#include "tests/net/timing.hpp"

#include <fmt/format.h>

#include "scenarios/quantity.hpp"

namespace faultpath::net {
namespace {

class Walk {
 public:
  std::vector<Timing> timings;

  void visit(const Json& value, const Json& given, const std::string& path) {
    const Json& schema = alternative_of(resolved_schema(given), value);
    if (value.is_string() && schema.contains("anyOf")) {  // a time, or something else
      return visit_text(value.get<std::string>(), schema["anyOf"][0], path);
    }
    if (value.is_string()) return visit_text(value.get<std::string>(), schema, path);
    for (std::size_t i = 0; value.is_array() && i < value.size(); ++i) {
      visit(value[i], schema.value("items", Json::object()), fmt::format("{}[{}]", path, i));
    }
    if (!value.is_object()) return;
    for (const auto& [key, member] : value.items()) {
      visit(member, schema_of(schema, key), path.empty() ? key : path + "." + key);
    }
  }

 private:
  static Json schema_of(const Json& map, const std::string& key) {
    const Json others = map.value("additionalProperties", Json::object());
    if (!map.contains("properties") || !map["properties"].contains(key)) {
      return others.is_object() ? others : Json::object();
    }
    return map["properties"][key];
  }

  void visit_text(const std::string& text, const Json& schema, const std::string& path) {
    const std::string type = schema.value("x-type", "");
    try {
      if (type == "duration") {
        const auto least = scenarios::parse_duration(schema.value("x-minimum", "0ns"));
        timings.push_back({path, static_cast<double>(scenarios::parse_duration(text).count()),
                           least > sim::Duration::zero()});
      } else if (type == "rate" && scenarios::parse_rate(text) > 0.0) {
        timings.push_back({path, 1e12 / scenarios::parse_rate(text), true});
      }
    } catch (const scenarios::BadValue&) {  // "auto"
    }
  }
};

}  // namespace

std::vector<Timing> timings_of(const Json& scenario) {
  Walk walk;
  walk.visit(scenario, document_schema(), "");
  return walk.timings;
}

}  // namespace faultpath::net
