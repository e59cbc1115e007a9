// JSON values in the flow style of YAML.
#include "scenarios/inline_yaml.hpp"

#include <algorithm>
#include <cctype>
#include <string_view>

namespace faultpath::scenarios {
namespace {

// Whether YAML reads the bare text as this very string.
bool is_plain(const std::string& text) {
  const auto plain = [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 ||
           std::string_view("_-./%").find(c) != std::string_view::npos;
  };
  const bool null = text == "null" || text == "Null" || text == "NULL";
  return !text.empty() && !null && std::ranges::all_of(text, plain) && text[0] != '-' &&
         text[0] != '%';
}

}  // namespace

std::string inline_yaml(const nlohmann::ordered_json& value) {
  if (value.is_string()) {
    const auto& text = value.get_ref<const std::string&>();
    // What is no UTF-8 cannot stand in YAML.
    return is_plain(text)
               ? text
               : value.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
  }
  if (!value.is_structured()) return value.dump();
  std::string text;
  for (const auto& [key, member] : value.items()) {
    if (!text.empty()) text += ", ";
    text += value.is_object() ? key + ": " + inline_yaml(member) : inline_yaml(member);
  }
  return value.is_object() ? "{" + text + "}" : "[" + text + "]";
}

}  // namespace faultpath::scenarios
