// Schemas of keys and the error of an unknown one.
#include "scenarios/declare/fields.hpp"

#include <utility>

#include "scenarios/suggestion.hpp"

namespace faultpath::scenarios {

Json object_schema() {
  return {{"type", "object"}, {"properties", Json::object()}, {"additionalProperties", false}};
}

void add_property(Json& schema, const FieldText& text, Json type, const Json& standard,
                  const std::string& only) {
  Json property = Json::object();
  property["description"] = text.doc;
  if (!standard.is_null() && standard != "") property["default"] = standard;
  property.update(type);
  if (!text.source.empty()) property["x-source"] = text.source;
  if (!only.empty()) property["x-only"] = only;
  schema["properties"][text.key] = std::move(property);
}

void fail_unknown_key(const Cursor& at, const Entry& entry, const std::vector<std::string>& keys) {
  fail_key(at, entry, "unknown key", nearest(entry.key, keys));
}

}  // namespace faultpath::scenarios
