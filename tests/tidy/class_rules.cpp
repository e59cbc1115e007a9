// Rules about the size of classes.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string_view>

#include "tests/tidy/items.hpp"
#include "tests/tidy/rules.hpp"

namespace faultpath::tidy {
namespace {

struct Size {
  std::size_t methods = 0, members = 0;
};

constexpr Size kMost{30, 20};

using Words = std::vector<std::string>;

bool has(const Words& words, std::string_view word) {
  return std::ranges::find(words, word) != words.end();
}

// `class Name final : public Base` is called Name.
std::string name_of(const Item& type) {
  const auto words = words_of(without_template_arguments(type.text));
  const auto at = std::ranges::find_if(
      words, [](const auto& word) { return word == "class" || word == "struct"; });
  return at == words.end() || at + 1 == words.end() ? std::string{} : *(at + 1);
}

bool is_function(const Item& item, const Words& words) {
  if (item.kind == Item::Kind::kFunction) return true;
  const auto paren = std::ranges::find(words, "(");
  const auto value = std::ranges::find(words, "=");
  return paren != words.end() && (value == words.end() || paren < value || has(words, "operator"));
}

bool is_special(const Words& words, const std::string& owner) {
  const auto paren = std::ranges::find(words, "(");
  const bool constructs = paren != words.begin() && paren != words.end() && *(paren - 1) == owner;
  return constructs || has(words, "delete") || (words.size() > 1 && words.back() == "default");
}

bool declares_neither(const Words& words) {
  static const std::vector<std::string_view> kOthers{"using",  "friend", "typedef",      "class",
                                                     "struct", "enum",   "static_assert"};
  return words.empty() ||
         std::ranges::any_of(kOthers, [&](auto other) { return words.front() == other; }) ||
         (has(words, "static") && has(words, "constexpr"));
}

// Commas between declarators: `int a = 0, b = 0` are two.
std::size_t declared_by(const Words& words) {
  std::size_t count = 1;
  int depth = 0;
  for (const auto& word : words) {
    depth += word == "(" || word == "{" || word == "[";
    depth -= word == ")" || word == "}" || word == "]";
    count += depth == 0 && word == ",";
  }
  return count;
}

void count(const Item& item, const std::string& owner, Size& size) {
  const auto words = words_of(without_template_arguments(item.text));
  if (declares_neither(words)) return;
  if (!is_function(item, words)) {
    size.members += declared_by(words);
  } else if (!is_special(words, owner)) {
    ++size.methods;
  }
}

// Tables of plain data, as specs and counters are, have as many members as there are data.
bool is_table(const Item& type, const Size& size) {
  return size.methods == 0 && words_of(type.text).front() == "struct";
}

}  // namespace

void check_classes(const SourceFile& file, Findings& findings) {
  if (!file.is_cpp()) return;
  const auto items = find_items(file);
  std::map<std::size_t, Size> sizes;
  for (const auto& item : items) {
    const bool is_member =
        item.kind == Item::Kind::kStatement || item.kind == Item::Kind::kFunction;
    if (item.owner != Item::kNone && is_member)
      count(item, name_of(items[item.owner]), sizes[item.owner]);
  }
  for (const auto& [index, size] : sizes) {
    const auto& type = items[index];
    const auto name = name_of(type);
    const bool is_large = size.methods > kMost.methods || size.members > kMost.members;
    if (!is_large || is_table(type, size)) continue;
    findings.push_back({file.path, type.first_line,
                        fmt::format("class {} of {} methods and {} data members", name,
                                    size.methods, size.members)});
  }
}

}  // namespace faultpath::tidy
