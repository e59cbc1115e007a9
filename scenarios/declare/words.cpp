// Reading, writing and describing words.
#include "scenarios/declare/words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "scenarios/excerpt.hpp"
#include "scenarios/suggestion.hpp"

namespace faultpath::scenarios {

Word::Word(std::string_view word, std::string_view doc) : word(word), doc(doc) {}
Word::Word(const Word&) = default;
Word::Word(Word&&) noexcept = default;
Word& Word::operator=(const Word&) = default;
Word& Word::operator=(Word&&) noexcept = default;
Word::~Word() = default;

std::size_t read_word(const Cursor& at, const std::vector<Word>& words,
                      const std::vector<std::string>& later) {
  std::vector<std::string> known;
  for (const auto& word : words) known.push_back(word.word);
  const auto expected = "one of " + listed(known);
  if (!at.node.is_scalar())
    fail(at, fmt::format("expected {}, found {}", expected, described(at.node)));
  const auto& text = at.node.text;
  if (std::ranges::find(later, text) != later.end()) {
    fail(at,
         fmt::format("'{}' is not available in this version; there is {}", text, listed(known)));
  }
  const auto found = std::ranges::find(known, text);
  if (found != known.end()) return static_cast<std::size_t>(found - known.begin());
  fail(at,
       fmt::format("expected {}, found '{}'", known.size() == 1 ? known[0] : expected,
                   excerpt(text)),
       nearest(text, known));
}

Json words_schema(const std::vector<Word>& words) {
  Json values = Json::array();
  Json docs = Json::object();
  Json numbers = Json::array();  // a version, as 6.9, is a number to a reader of YAML
  for (const auto& [word, doc] : words) {
    values.push_back(word);
    docs[word] = doc;
    Json number = Json::parse(word, nullptr, false);
    if (number.is_number()) numbers.push_back(std::move(number));
  }
  for (Json& number : numbers) values.push_back(std::move(number));
  return {{"enum", values}, {"x-words", docs}};
}

void Vocabulary::add(const Word& word, std::int64_t value) {
  words_.push_back(word);
  values_.push_back(value);
}

std::int64_t Vocabulary::read(const Cursor& at) const {
  return values_[read_word(at, words_, later_)];
}

Json Vocabulary::dump(std::int64_t value) const {
  const auto found = std::ranges::find(values_, value);
  if (found == values_.end()) return {};
  return words_[static_cast<std::size_t>(found - values_.begin())].word;
}

}  // namespace faultpath::scenarios
