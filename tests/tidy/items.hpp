// What is declared at namespace and class scope, found by counting braces, not by parsing C++.
#pragma once

#include <string>
#include <vector>

#include "tests/tidy/source_file.hpp"

namespace faultpath::tidy {

// A declaration or a definition: its text up to the ';' or the '{' of a body. Requires code as
// clang-format leaves it: a body's '{' follows a blank, an initializer's follows its name directly.
struct Item {
  enum class Kind { kStatement, kFunction, kType, kNamespace };

  Kind kind = Kind::kStatement;
  std::string text;            // lines joined by blanks, initializers in braces left out
  std::size_t first_line = 0;  // from 1
  std::size_t last_line = 0;   // of the closing brace, for a function
  bool is_private = false;     // declared in a private part of a class
  std::size_t owner = kNone;   // the item of the class that it is declared in

  static constexpr std::size_t kNone = static_cast<std::size_t>(-1);
};

std::vector<Item> find_items(const SourceFile& file);

// The identifiers and punctuation of a text; "::" counts as one word.
std::vector<std::string> words_of(const std::string& text);

// The text without what stands between '<' and '>'.
std::string without_template_arguments(const std::string& text);

}  // namespace faultpath::tidy
