// The reference of all keys as Markdown, and the words for `faultpath list`.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "scenarios/file_lookup.hpp"
#include "scenarios/inline_yaml.hpp"
#include "scenarios/keys/tables.hpp"
#include "scenarios/schema.hpp"
#include "scenarios/yaml_text.hpp"

namespace faultpath::scenarios {
namespace {

std::string code(const std::string& text) { return text.empty() ? "" : "`" + text + "`"; }

// "duration, 1ns to 1000s"; "integer, from 1".
std::string bounds_text(const Json& schema) {
  const auto bound = [&](const char* word, const char* text) {
    const Json value = schema.value(word, schema.value(text, Json{}));
    return value.is_null() ? "" : code(value.is_string() ? value.get<std::string>() : value.dump());
  };
  const std::string above = bound("exclusiveMinimum", "");
  const std::string least = above.empty() ? bound("minimum", "x-minimum") : "above " + above;
  const std::string most = bound("maximum", "x-maximum");
  if (least.empty()) return "";
  return ", " + (most.empty() ? "from " + least : least + " to " + most);
}

std::string type_text(const Json& schema) {
  if (schema.contains("x-type")) return schema["x-type"].get<std::string>() + bounds_text(schema);
  if (schema.contains("const")) return schema["const"].dump();
  if (!schema.contains("enum")) return "map";
  std::string words;
  for (const auto& word : schema["enum"]) {
    if (!word.is_string()) continue;
    words += (words.empty() ? "" : " \\| ") + code(word.get<std::string>());
  }
  return words;
}

std::string default_text(const Json& schema) {
  const bool is_map = schema.contains("properties") || !schema.contains("default");
  return is_map ? "" : code(inline_yaml(schema["default"]));
}

std::string source_text(const Json& schema, bool required) {
  std::string text = required ? "required" : schema.value("x-source", "");
  if (schema.contains("x-only")) {
    text += (text.empty() ? "" : "; ") + ("no effect " + schema["x-only"].get<std::string>());
  }
  return text;
}

bool has_own_table(const Json& schema) {
  return schema.contains("properties") || schema.contains("items");
}

// " {kind: pin}" of a map of one kind; none of a map that stands beside a number.
std::string tag_text(const Json& properties) {
  for (const auto& [key, property] : properties.items()) {
    if (!property.contains("const")) continue;
    return fmt::format(" {{{}: {}}}", key, property["const"].get<std::string>());
  }
  return "";
}

class Page {
 public:
  std::string take() { return std::move(text_); }
  void say(const std::string& text) { text_ += text + "\n"; }

  // A table of the keys of a map, and tables of the maps below it.
  void table(const std::string& path, const Json& schema) {
    say(fmt::format("\n## {}\n", path.empty() ? "Top level" : code(path)));
    if (schema.contains("description")) say(schema["description"].get<std::string>() + "\n");
    rows(schema);
    for (const auto& [key, property] : schema["properties"].items()) {
      const std::string below = path.empty() ? key : path + "." + key;
      if (property.contains("properties")) table(below, property);
      if (property.contains("anyOf")) alternatives(below, property);
      const Json items = property.value("items", Json::object());
      if (items.contains("properties")) table(below + "[]", items);
      if (items.contains("anyOf")) alternatives(below + "[]", items);
    }
  }

  void alternatives(const std::string& path, const Json& schema) {
    for (const auto& one : schema["anyOf"]) {
      const Json items = one.value("items", Json::object());
      if (items.contains("properties")) table(path + "[]", items);
      if (one.contains("properties")) table(path + tag_text(one["properties"]), one);
    }
  }

 private:
  void rows(const Json& schema) {
    say("| key | type | default | meaning | source of the default |");
    say("|---|---|---|---|---|");
    const Json required = schema.value("required", Json::array());
    for (const auto& [key, property] : schema["properties"].items()) {
      const bool is_required = std::ranges::find(required, Json(key)) != required.end();
      const std::string type = has_own_table(property) && !property.contains("x-type")
                                   ? std::string(property.contains("items") ? "list" : "map")
                                   : type_text(property);
      std::string doc = property.value("description", "");
      const Json words = property.value("x-words", Json::object());
      for (const auto& [word, meaning] : words.items()) {
        doc += fmt::format("{} `{}`: {}", doc.empty() ? "" : ";", word, meaning.get<std::string>());
      }
      say(fmt::format("| `{}` | {} | {} | {} | {} |", key, type, default_text(property), doc,
                      source_text(property, is_required)));
    }
  }

  std::string text_;
};

std::vector<Listed> words_of(const Json& property) {
  std::vector<Listed> words;
  for (const auto& [word, doc] : property["x-words"].items()) words.push_back({word, doc});
  return words;
}

// The kinds of a map that has several.
std::vector<Listed> kinds_of(const Json& property) {
  std::vector<Listed> kinds;
  for (const auto& one : property["anyOf"]) {
    const Json kind = one.value("/properties/kind/const"_json_pointer, Json{});
    if (kind.is_null()) continue;
    kinds.push_back({kind.get<std::string>(), one.value("description", "")});
  }
  return kinds;
}

std::string description_of(const std::string& path) {
  const auto source = std::make_shared<const Source>(Source{path, {}});
  const Node tree = parse_yaml(read_file(path), source, 0);
  const Entry* entry = tree.find("description");
  return entry == nullptr ? "" : entry->value.text;
}

}  // namespace

std::string reference_markdown() {
  Page page;
  page.say("# Scenario reference\n");
  page.say(
      "Every key, made from the declarations that the parser uses. Durations: `250ns`; sizes: "
      "`4KiB`;\nbandwidths: `12.5GB/s`, `100Gb/s`; rates: `2Mops/s`; shares: `30%`. A key that "
      "would have no effect is an error.");
  page.table("", document_keys().schema());
  page.alternatives("duration or distribution", latency_schema());
  return page.take();
}

std::vector<Listed> listed_words(const std::string& what) {
  std::vector<Listed> words;
  if (what == "strategies") {
    for (const auto& [word, doc] : strategy_words()) words.push_back({word, doc});
  }
  if (what == "iommus") return words_of(iommu_keys().schema()["properties"]["kind"]);
  if (what == "routes") {
    for (const auto& [word, doc] : route_words()) words.push_back({word, doc});
  }
  if (what == "viommus") {
    for (const auto& [word, doc] : viommu_words()) words.push_back({word, doc});
  }
  if (what == "behaviours") return kinds_of(guest_keys().schema()["properties"]["behaviour"]);
  if (what == "eras") return words_of(host_keys().schema()["properties"]["era"]);
  if (what == "devices") return words_of(device_keys().schema()["properties"]["on_fault"]);
  if (what == "workloads") return words_of(workload_keys().schema()["properties"]["kind"]);
  return words;
}

std::vector<Listed> profiles_below(const std::string& folder) {
  std::vector<Listed> profiles;
  std::error_code error;
  for (const auto& file : std::filesystem::recursive_directory_iterator(folder, error)) {
    if (file.path().extension() != ".yaml") continue;
    const std::string path = file.path().generic_string();
    profiles.push_back({path, description_of(path)});
  }
  std::ranges::sort(profiles, {}, &Listed::name);
  return profiles;
}

}  // namespace faultpath::scenarios
