// Finds declarations by counting braces.
#include "tests/tidy/items.hpp"

#include <algorithm>
#include <cctype>
#include <string_view>

namespace faultpath::tidy {
namespace {

bool is_blank(char c) { return std::isspace(static_cast<unsigned char>(c)) != 0; }
bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_'; }

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

bool has(const std::vector<std::string>& words, std::string_view word) {
  return std::ranges::find(words, word) != words.end();
}

// Whether a '<' after this text opens template arguments.
bool opens_arguments(std::string_view text) {
  return text == "template " || text.ends_with(" template ") ||
         (!text.empty() && is_word(text.back()) && !text.ends_with("operator"));
}

// What a '{' after this text opens. An initializer or an enum opens nothing to look into.
enum class Opening { kNamespace, kType, kFunction, kValue };

Opening opening_after(const std::string& text) {
  const auto words = words_of(without_template_arguments(text));
  const auto parens = std::ranges::count(text, '(') - std::ranges::count(text, ')');
  if (has(words, "namespace") || (words.size() == 1 && words[0] == "extern"))
    return Opening::kNamespace;
  if (words.empty() || has(words, "enum") || words.back() == "=" || parens != 0)
    return Opening::kValue;
  const auto type = std::ranges::find_if(words, [](const auto& word) {
    return word == "class" || word == "struct" || word == "union";
  });
  if (type != words.end() && type - words.begin() < 2) return Opening::kType;
  return has(words, "(") ? Opening::kFunction : Opening::kValue;
}

class Scanner {
 public:
  explicit Scanner(const SourceFile& file) {
    for (const auto& line : file.code) code_ += line + "\n";
  }

  std::vector<Item> scan() {
    for (; at_ < code_.size(); ++at_) step(code_[at_]);
    return std::move(items_);
  }

 private:
  struct Scope {
    bool is_private = false;
    std::size_t owner = Item::kNone;
  };

  void step(char c) {
    if (c == '{') {
      open();
    } else if (c == '}') {
      if (scopes_.size() > 1) scopes_.pop_back();
      text_.clear();
    } else if (c == ';') {
      if (!trimmed(text_).empty()) add(Item::Kind::kStatement);
      text_.clear();
    } else if (c == ':' && is_access(trimmed(text_))) {
      scopes_.back().is_private = trimmed(text_) == "private";
      text_.clear();
    } else {
      extend(c);
    }
    if (c == '\n') ++line_;
  }

  void extend(char c) {
    if (trimmed(text_).empty() && !is_blank(c)) first_line_ = line_;
    text_ += c == '\n' ? ' ' : c;
  }

  static bool is_access(std::string_view text) {
    return text == "public" || text == "private" || text == "protected";
  }

  void open() {
    const bool initializer = !text_.empty() && !is_blank(text_.back());
    const auto opening = initializer ? Opening::kValue : opening_after(text_);
    switch (opening) {
      case Opening::kNamespace:
        return enter(Item::Kind::kNamespace, false);
      case Opening::kType:
        return enter(Item::Kind::kType, has(words_of(without_template_arguments(text_)), "class"));
      case Opening::kFunction:
        skip_braces();
        add(Item::Kind::kFunction);
        return text_.clear();
      case Opening::kValue:
        return skip_braces();
    }
  }

  void enter(Item::Kind kind, bool is_private) {
    add(kind);
    scopes_.push_back({is_private, kind == Item::Kind::kType ? items_.size() - 1 : Item::kNone});
    text_.clear();
  }

  // Moves to the brace that closes the one here.
  void skip_braces() {
    for (int depth = 0; at_ < code_.size(); ++at_) {
      if (code_[at_] == '\n') ++line_;
      if (code_[at_] == '{') ++depth;
      if (code_[at_] == '}' && --depth == 0) return;
    }
  }

  void add(Item::Kind kind) {
    items_.push_back({kind, std::string{trimmed(text_)}, first_line_, line_,
                      scopes_.back().is_private, scopes_.back().owner});
  }

  std::string code_;
  std::string text_;
  std::size_t at_ = 0;
  std::size_t line_ = 1;
  std::size_t first_line_ = 1;
  std::vector<Scope> scopes_{{}};
  std::vector<Item> items_;
};

}  // namespace

std::vector<Item> find_items(const SourceFile& file) { return Scanner{file}.scan(); }

std::vector<std::string> words_of(const std::string& text) {
  std::vector<std::string> words;
  for (std::size_t i = 0; i < text.size();) {
    auto end = i + 1;
    if (is_word(text[i])) {
      while (end < text.size() && is_word(text[end])) ++end;
    } else if (text.compare(i, 2, "::") == 0) {
      end = i + 2;
    }
    if (!is_blank(text[i])) words.push_back(text.substr(i, end - i));
    i = end;
  }
  return words;
}

std::string without_template_arguments(const std::string& text) {
  std::string kept;
  int depth = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '<' && (depth > 0 || opens_arguments(kept))) ++depth;
    if (depth == 0) kept += text[i];
    if (text[i] == '>' && depth > 0) --depth;
  }
  return kept;
}

}  // namespace faultpath::tidy
