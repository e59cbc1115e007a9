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

// A list, or a map that changes elements of an inherited list by name. Returns what an element is.
Json make_list_or_map(Json& property, const Json& item, const Json& change) {
  Json element = std::move(property["items"]);
  for (const char* key : {"type", "minItems", "items"}) property.erase(key);
  property["anyOf"] = {{{"type", "array"}, {"items", item}},
                       {{"type", "object"}, {"additionalProperties", change}}};
  return element;
}
Json make_list_or_map(Json& property, const Json& item) {
  return make_list_or_map(property, item, item);
}

}  // namespace

Json json_schema() {
  Json document = document_keys().schema();
  drop_required(document);
  Json latency = latency_schema();
  drop_required(latency);

  Json& properties = document["properties"];
  Json device = make_list_or_map(properties["devices"], {{"$ref", "#/$defs/device"}});
  Json guest = make_list_or_map(properties["guests"], {{"$ref", "#/$defs/guest"}});
  Json process = make_list_or_map(properties["processes"], {{"$ref", "#/$defs/process"}});
  Json strategy = make_list_or_map(properties["strategies"], {{"$ref", "#/$defs/strategy"}},
                                   {{"type", "object"}});

  Json variant = document;
  for (const char* key : {"scenario", "name", "description", "extends", "seed", "replications",
                          "check", "variants"}) {
    variant["properties"].erase(key);
  }

  Json schema{{"$schema", "https://json-schema.org/draft/2020-12/schema"},
              {"title", "faultpath scenario"}};
  schema.update(document);
  schema["required"] = Json::array({"scenario"});
  schema["$defs"] = {{"latency", std::move(latency)},   {"device", std::move(device)},
                     {"guest", std::move(guest)},       {"process", std::move(process)},
                     {"strategy", std::move(strategy)}, {"variant", std::move(variant)}};
  return schema;
}

}  // namespace faultpath::scenarios
