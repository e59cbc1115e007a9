// The published JSON Schema, made from that of the declarations.
#include "scenarios/schema.hpp"

#include <utility>

#include "scenarios/keys/tables.hpp"

namespace faultpath::scenarios {
namespace {

// What one file lacks, another that it extends may have.
void drop_required(Json& schema) {
  if (schema.is_object()) schema.erase("required");
  for (auto& part : schema) {
    if (part.is_structured()) drop_required(part);
  }
}

// A list, or a map that changes elements of an inherited list by name.
Json list_or_map(const Json& property, const Json& element) {
  Json both = property;
  for (const char* key : {"type", "minItems", "items"}) both.erase(key);
  both["anyOf"] = {{{"type", "array"}, {"items", {{"$ref", "#/$defs/device"}}}},
                   {{"type", "object"}, {"additionalProperties", element}}};
  return both;
}

}  // namespace

Json json_schema() {
  Json document = document_keys().schema();
  drop_required(document);
  Json latency = latency_schema();
  drop_required(latency);

  Json& properties = document["properties"];
  Json device = std::move(properties["devices"]["items"]);
  Json strategy = std::move(properties["strategies"]["items"]);
  properties["devices"] = list_or_map(properties["devices"], {{"$ref", "#/$defs/device"}});
  properties["strategies"] = list_or_map(properties["strategies"], {{"type", "object"}});
  properties["strategies"]["anyOf"][0]["items"]["$ref"] = "#/$defs/strategy";

  Json variant = document;
  for (const char* key : {"scenario", "name", "description", "extends", "seed", "replications",
                          "check", "variants"}) {
    variant["properties"].erase(key);
  }

  Json schema{{"$schema", "https://json-schema.org/draft/2020-12/schema"},
              {"title", "faultpath scenario"}};
  schema.update(document);
  schema["required"] = Json::array({"scenario"});
  schema["$defs"] = {{"latency", std::move(latency)},
                     {"device", std::move(device)},
                     {"strategy", std::move(strategy)},
                     {"variant", std::move(variant)}};
  return schema;
}

}  // namespace faultpath::scenarios
