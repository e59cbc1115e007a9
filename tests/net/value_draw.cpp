// Drawing by the schema of a key.
#include "tests/net/value_draw.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <functional>
#include <utility>

#include "scenarios/keys/tables.hpp"
#include "scenarios/quantity.hpp"
#include "sim/ensure.hpp"

namespace faultpath::net {
namespace {

constexpr std::array kLetters{"a", "b", "c", "d"};

// What can differ between the variants of a scenario: all that has an effect on one run.
Json make_variant_schema() {
  Json schema = document_schema();
  for (const char* key : {"scenario", "name", "description", "extends", "seed", "replications",
                          "check", "variants"}) {
    schema["properties"].erase(key);
  }
  schema.erase("required");
  return schema;
}

// A kind of quantity: its numbers, how they are written and read, and where they usually are.
struct Quantity {
  std::function<double(const std::string&)> read;
  std::function<std::string(double)> write;
  double low, high, standard;
};

sim::Duration as_duration(double ps) {
  return sim::picoseconds(static_cast<std::int64_t>(std::llround(ps)));
}

const Quantity& quantity_of(const std::string& type) {
  using namespace scenarios;  // NOLINT: readers and writers of texts
  static const std::vector<std::pair<std::string, Quantity>> kAll{
      {"duration",
       {[](const std::string& text) { return static_cast<double>(parse_duration(text).count()); },
        [](double ps) { return duration_text(as_duration(std::max(ps, 1e4))); }, 1e5, 1e9, 1e6}},
      {"size",
       {[](const std::string& text) { return static_cast<double>(parse_bytes(text)); },
        [](double bytes) { return bytes_text(static_cast<std::uint64_t>(std::max(bytes, 1.0))); },
        64, 1 << 26, 4096}},
      {"share",
       {parse_share,
        [](double share) { return share_text(std::round(std::min(share, 1.0) * 1e3) / 1e3); }, 0.01,
        1.0, 0.5}},
      {"rate", {parse_rate, rate_text, 1e3, 1e8, 1e6}},
      {"bandwidth", {parse_bandwidth, bandwidth_text, 1e7, 1e11, 1e9}},
  };
  const auto found = std::ranges::find(kAll, type, &std::pair<std::string, Quantity>::first);
  ENSURE(found != kAll.end(), "the net knows every type of quantity");
  return found->second;
}

// The ends of the range that the declaration gives, "0/s, or 0.001/s" among them.
std::vector<std::string> bounds_of(const Json& schema) {
  std::vector<std::string> bounds;
  for (const char* key : {"x-minimum", "x-maximum"}) {
    std::string text = schema.value(key, "");
    for (auto at = text.find(", or "); at != std::string::npos; at = text.find(", or ")) {
      bounds.push_back(text.substr(0, at));
      text.erase(0, at + 5);
    }
    if (!text.empty()) bounds.push_back(text);
  }
  return bounds;
}

}  // namespace

const Json& document_schema() {
  static const Json kSchema = scenarios::document_keys().schema();
  return kSchema;
}

const Json& resolved_schema(const Json& schema) {
  static const Json kLatency = scenarios::latency_schema();
  static const Json kVariant = make_variant_schema();
  if (!schema.contains("$ref")) return schema;
  return schema["$ref"] == "#/$defs/latency" ? kLatency : kVariant;
}

const Json& alternative_of(const Json& schema, const Json& value) {
  if (!schema.contains("anyOf")) return schema;
  for (const Json& one : schema["anyOf"]) {
    if (!value.is_object() || !one.contains("properties")) continue;
    for (const auto& [tag, property] : one["properties"].items()) {
      if (property.contains("const") && value.value(tag, Json{}) == property["const"]) return one;
    }
  }
  return schema;
}

ValueDraw::ValueDraw(std::uint64_t seed, Files files)
    : stream_({seed, 0, "net", "values"}),
      files_(std::move(files)),
      density_(log_between(0.04, 0.5)),
      boldness_(chance(0.3) ? 0.1 : 0.01) {}

double ValueDraw::log_between(double low, double high) {
  return low * std::pow(high / low, stream_.unit());
}

Json ValueDraw::value(const Json& given, const std::string& key) {
  const Json& schema = resolved_schema(given);
  if (schema.contains("const")) return schema["const"];
  if (schema.contains("enum")) return schema["enum"][stream_.below(schema["enum"].size())];
  if (schema.contains("anyOf")) {
    const bool first = schema["anyOf"][0].contains("x-type") && chance(0.6);
    const auto choice = first ? 0 : stream_.below(schema["anyOf"].size());
    return value(schema["anyOf"][choice], key);
  }
  if (schema["type"] == "array") return list(schema, key);
  if (schema.contains("properties")) return map(schema);
  if (schema["type"] == "object") return overrides(schema);
  if (schema["type"] == "integer") return integer(schema);
  if (schema["type"] == "number") return number(schema);
  if (schema["type"] == "boolean") return chance(0.5);
  return text(schema, key);
}

// Switches are drawn more often than the rest: without them other keys have no effect.
Json ValueDraw::map(const Json& schema) {
  Json drawn = Json::object();
  const Json required = schema.value("required", Json::array());
  for (const auto& [key, property] : schema["properties"].items()) {
    const bool is_needed = std::ranges::find(required, Json(key)) != required.end();
    const bool is_switch = property.contains("enum") || property.contains("properties");
    if (!is_needed && !chance(is_switch ? 1.5 * density_ : density_)) continue;
    Json value = this->value(property, key);
    if (!value.is_structured() || !value.empty()) drawn[key] = std::move(value);
  }
  return drawn;
}

// Elements that have names are called a, b, c: so that other keys can mean them.
Json ValueDraw::list(const Json& schema, const std::string& key) {
  Json drawn = Json::array();
  if (!schema.contains("minItems")) {  // of files
    if (chance(0.3)) drawn.push_back(one_of(files_.profiles));
    return drawn;
  }
  const std::uint64_t count = chance(0.5) ? 1 : between(2, kLetters.size());
  for (std::uint64_t i = 0; i < count; ++i) {
    Json element = value(schema["items"], key);
    const Json& type = alternative_of(schema["items"], element);
    if (element.is_object() && type.contains("properties") && type["properties"].contains("name")) {
      if (count > 1 || element.contains("name")) element["name"] = kLetters[i];
    }
    drawn.push_back(std::move(element));
  }
  return drawn;
}

Json ValueDraw::overrides(const Json& schema) {
  Json drawn = Json::object();
  if (chance(0.7)) return drawn;
  if (schema.contains("propertyNames")) {
    const Json& names = schema["propertyNames"]["enum"];
    const auto name = names[stream_.below(names.size())].get<std::string>();
    drawn[name] = value(schema["additionalProperties"], name);
    return drawn;
  }
  const double density = std::exchange(density_, density_ / 3);
  const std::uint64_t count = between(1, 2);
  for (std::uint64_t i = 0; i < count; ++i) {
    Json variant = value(schema["additionalProperties"], "");
    if (!variant.empty()) drawn[kLetters[i]] = std::move(variant);
  }
  density_ = density;
  return drawn;
}

double ValueDraw::around(double standard, double low, double high) {
  if (chance(0.4)) return standard * std::exp2(4 * stream_.unit() - 3);
  return log_between(low, high);
}

Json ValueDraw::integer(const Json& schema) {
  const auto low = schema.value("minimum", std::uint64_t{0});
  const auto high = schema.value("maximum", std::uint64_t{1} << 32);
  const bool power = schema["x-type"] == "power of two";
  if (chance(boldness_)) {
    if (power) return chance(0.5) ? std::bit_ceil(low) : std::bit_floor(high);
    return one_of<std::uint64_t>({low, low + 1, high - 1, high});
  }
  const double least = static_cast<double>(std::max<std::uint64_t>(low, 1));
  const double most = std::min(static_cast<double>(high), std::max(64.0, 16 * least));
  const double standard = schema.value("default", least);
  const auto drawn = static_cast<std::uint64_t>(around(std::max(standard, 1.0), least, most));
  if (low == 0 && chance(0.1)) return 0;
  const auto within = std::clamp(drawn, low, high);
  return power ? std::bit_ceil(within) : within;
}

Json ValueDraw::number(const Json& schema) {
  const double above = schema.value("exclusiveMinimum", 0.0);
  if (chance(boldness_)) return above + one_of<double>({1e-9, 1e9});
  return above + std::round(log_between(0.01, 10) * 1e3) / 1e3;
}

Json ValueDraw::quantity(const Json& schema) {
  const Quantity& quantity = quantity_of(schema["x-type"].get<std::string>());
  const auto bounds = bounds_of(schema);
  if (!bounds.empty() && chance(boldness_)) return one_of(bounds);
  double standard = quantity.standard;
  if (schema.contains("default") && schema["default"].is_string()) {
    standard = quantity.read(schema["default"].get<std::string>());
  }
  if (standard == 0.0 && chance(0.3)) return schema["default"];
  if (standard == 0.0) standard = quantity.standard;
  return quantity.write(around(standard, quantity.low, quantity.high));
}

Json ValueDraw::text(const Json& schema, const std::string& key) {
  const auto type = schema["x-type"].get<std::string>();
  if (type == "name") return kLetters[stream_.below(kLetters.size())];
  if (type == "text") return "what " + key + " says";
  if (type == "file") return one_of(chance(0.5) ? files_.recordings : files_.distributions);
  return quantity(schema);
}

}  // namespace faultpath::net
