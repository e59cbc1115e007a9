// Writes a resolved scenario as commented YAML.
#include <fmt/format.h>

#include "scenarios/inline_yaml.hpp"
#include "scenarios/keys/tables.hpp"
#include "scenarios/resolve.hpp"
#include "scenarios/scenario.hpp"

namespace faultpath::scenarios {
namespace {

// Where comments begin, if the text before lets them.
constexpr std::size_t kCommentColumn = 44;

// The alternative of a one-of that the value is of; the schema itself when it is none.
const Json& alternative_of(const Json& schema, const Json& value) {
  if (!schema.contains("anyOf") || !value.is_object()) return schema;
  for (const auto& one : schema["anyOf"]) {
    if (!one.contains("properties") || !one["properties"].contains("kind")) continue;
    if (one["properties"]["kind"]["const"] == value.value("kind", Json{})) return one;
  }
  return schema;
}

std::string origin(const Node* node, const Json& schema) {
  if (node == nullptr) return "default";
  std::string text = "set by " + to_string(node->place);
  if (schema.contains("default")) text += "; default " + inline_yaml(schema["default"]);
  return text;
}

std::string remark(const Json& schema, const Json& value) {
  if (!schema.contains("x-hardware-minimum") || value >= schema["x-hardware-minimum"]) return {};
  return fmt::format("; below {}, the hardware's smallest, for study",
                     schema["x-hardware-minimum"].dump());
}

// Of the elements of a list, also where a key may be written in another way.
Json items_of(const Json& schema) {
  for (const Json& way : schema.value("anyOf", Json::array())) {
    if (way.contains("items")) return way["items"];
  }
  return schema.value("items", Json::object());
}

struct Line {
  std::string text;
  std::string comment;
};

// Appends lines to a page; nodes are those that set the values, null for a default.
class Writer {
 public:
  void map(const Json& map, const Json& schema, const Node* node, std::size_t indent) {
    const Json properties = alternative_of(schema, map).value("properties", Json::object());
    for (const auto& [key, value] : map.items()) {
      const Entry* entry = node == nullptr ? nullptr : node->find(key);
      member(key, value, properties.value(key, Json::object()),
             entry == nullptr ? nullptr : &entry->value, indent);
    }
  }

  std::string page() const {
    std::string text;
    for (const auto& line : lines_) {
      text += line.comment.empty()
                  ? line.text + "\n"
                  : fmt::format("{:{}}  # {}\n", line.text, kCommentColumn, line.comment);
    }
    return text;
  }

 private:
  void member(const std::string& key, const Json& value, const Json& schema, const Node* node,
              std::size_t indent) {
    const std::string lead = std::string(indent, ' ') + key + ":";
    const std::string doc = schema.value("description", "");
    if (value.is_object() && (schema.contains("properties") || key == "variants")) {
      lines_.push_back({lead, doc});
      map(value, schema, node, indent + 2);
    } else if (value.is_array() && !value.empty() && value[0].is_object()) {
      lines_.push_back({lead, doc});
      list(value, items_of(schema), node, indent + 2);
    } else {
      lines_.push_back({lead + " " + inline_yaml(value), comment(value, schema, node)});
    }
  }

  void list(const Json& items, const Json& schema, const Node* node, std::size_t indent) {
    for (std::size_t i = 0; i < items.size(); ++i) {
      const bool known = node != nullptr && node->is_list() && i < node->items.size();
      const Node element = known ? as_map(node->items[i]) : Node{};
      const std::size_t first = lines_.size();
      map(items[i], schema, &element, indent + 2);
      if (lines_.size() == first) lines_.push_back({std::string(indent + 2, ' ') + "{}", ""});
      lines_[first].text.replace(indent, 2, "- ");
    }
  }

  static std::string comment(const Json& value, const Json& schema, const Node* node) {
    std::string text;
    for (const auto& part : {origin(node, schema), schema.value("description", ""),
                             node == nullptr ? schema.value("x-source", "") : ""}) {
      if (!part.empty()) text += (text.empty() ? "" : "; ") + part;
    }
    return text + remark(schema, value);
  }

  std::vector<Line> lines_;
};

}  // namespace

std::string show_scenario(const std::string& path, const LoadOptions& options) {
  const auto scenario = resolve_scenario(path, options);
  Writer writer;
  writer.map(resolved_json(scenario), document_keys().schema(), &scenario.base.tree, 0);
  return fmt::format(
             "# {}, resolved. A comment says where a value is from, what it means, and the\n"
             "# source of a default. Keys that have no effect here are left out.\n",
             path) +
         writer.page();
}

}  // namespace faultpath::scenarios
