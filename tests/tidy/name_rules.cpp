// Rules about names: files, types, constants, private members.
#include <algorithm>
#include <array>
#include <cctype>
#include <filesystem>
#include <string_view>

#include "tests/tidy/items.hpp"
#include "tests/tidy/rules.hpp"

namespace faultpath::tidy {
namespace {

using Words = std::vector<std::string>;

// Names that the language or a library prescribes.
constexpr std::array<std::string_view, 5> kPrescribed{"promise_type", "rebind", "value",
                                                      "is_steady", "has_fixed_range"};

bool is_upper(char c) { return std::isupper(static_cast<unsigned char>(c)) != 0; }
bool is_letter(char c) { return std::isalpha(static_cast<unsigned char>(c)) || c == '_'; }

bool is_snake(std::string_view name) {
  return std::ranges::none_of(name, [](char c) { return is_upper(c) || c == '-' || c == ' '; });
}
bool is_pascal(std::string_view name) { return is_upper(name[0]) && name.find('_') == name.npos; }
bool is_constant(std::string_view name) {
  return name.size() > 1 && name[0] == 'k' && is_upper(name[1]);
}
bool is_prescribed(std::string_view name) {
  return std::ranges::find(kPrescribed, name) != kPrescribed.end();
}

bool has(const Words& words, std::string_view word) {
  return std::ranges::find(words, word) != words.end();
}

// The name that a type's definition introduces; empty for a specialization or a nested name.
std::string type_name(const Words& words) {
  auto at = std::ranges::find_if(words, [](const auto& word) {
    return word == "class" || word == "struct" || word == "union" || word == "enum";
  });
  while (at != words.end() &&
         (*at == "class" || *at == "struct" || *at == "union" || *at == "enum"))
    ++at;
  if (at == words.end() || !is_letter((*at)[0]) || *at == "alignas") return {};
  const auto after = at + 1;
  if (after != words.end() && (*after == "<" || *after == "::")) return {};
  return *at;
}

// The words of a variable's declaration up to its initializer; empty when it is none.
Words declarator(const std::string& text) {
  auto words = words_of(without_template_arguments(text));
  if (words.empty() || has(words, "operator")) return {};
  const auto end = std::ranges::find_if(words, [](const auto& word) {
    return word == "=" || word == "{" || word == "[" || word == ":" || word == "(";
  });
  if (end != words.end() && *end == "(") return {};
  words.erase(end, words.end());
  return words;
}

bool declares_no_variable(const Words& words) {
  constexpr std::array<std::string_view, 8> kOthers{"using",  "friend", "typedef", "class",
                                                    "struct", "enum",   "union",   "template"};
  return words.size() < 2 || !is_letter(words.back()[0]) ||
         std::ranges::any_of(kOthers, [&](auto other) { return has(words, other); });
}

void check_type(const Item& item, const SourceFile& file, Findings& findings) {
  const auto name = type_name(words_of(without_template_arguments(item.text)));
  const bool specialization = item.text.find(name + "<") != std::string::npos;
  if (name.empty() || is_pascal(name) || is_prescribed(name) || specialization) return;
  findings.push_back({file.path, item.first_line, "type " + name + " is not PascalCase"});
}

void check_variable(const Item& item, const SourceFile& file, Findings& findings) {
  const auto words = declarator(item.text);
  if (declares_no_variable(words) || is_prescribed(words.back())) return;
  if (has(words, "constexpr")) {
    if (is_constant(words.back())) return;
    findings.push_back({file.path, item.first_line, words.back() + " is a constant, not kPascal"});
  } else if (item.is_private && !words.back().ends_with('_') && !has(words, "static")) {
    findings.push_back(
        {file.path, item.first_line, words.back() + " is private, without trailing _"});
  }
}

}  // namespace

void check_names(const SourceFile& file, Findings& findings) {
  if (!file.is_cpp()) return;
  if (!is_snake(file.path)) findings.push_back({file.path, 1, "the path is not snake_case"});
  for (const auto& item : find_items(file)) {
    if (item.kind == Item::Kind::kType || item.text.starts_with("enum "))
      check_type(item, file, findings);
    if (item.kind == Item::Kind::kStatement) check_variable(item, file, findings);
  }
}

}  // namespace faultpath::tidy
