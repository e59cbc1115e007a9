// Types whose values are words: one word for each value of an enumeration.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "scenarios/declare/type.hpp"

namespace faultpath::scenarios {

struct Word {
  Word(std::string_view word, std::string_view doc);
  Word(const Word&);
  Word(Word&&) noexcept;
  Word& operator=(const Word&);
  Word& operator=(Word&&) noexcept;
  ~Word();

  std::string word;
  std::string doc;
};

/// The place of a word in `words`. `later` are words of the contract that this version does not
/// know yet. Throws ConfigError.
std::size_t read_word(const Cursor& at, const std::vector<Word>& words,
                      const std::vector<std::string>& later);
Json words_schema(const std::vector<Word>& words);

/// A word and the value that it stands for.
template <class E>
struct Named : Word {
  Named(E value, std::string_view word, std::string_view doc) : Word(word, doc), value(value) {}
  E value;
};

/// Words and their values as integers.
class Vocabulary {
 public:
  explicit Vocabulary(std::vector<std::string> later) : later_(std::move(later)) {}
  void add(const Word& word, std::int64_t value);

  std::int64_t read(const Cursor& at) const;
  /// Null for a value without a word.
  Json dump(std::int64_t value) const;
  Json schema() const { return words_schema(words_); }

 private:
  std::vector<Word> words_;
  std::vector<std::int64_t> values_;
  std::vector<std::string> later_;
};

/// Values of E are those of `Vocabulary`.
template <class E>
class WordCodec final : public Codec {
 public:
  explicit WordCodec(Vocabulary words) : words_(std::move(words)) {}
  void read(const Cursor& at, void* value) const override {
    *static_cast<E*>(value) = static_cast<E>(words_.read(at));
  }
  Json dump(const void* value) const override {
    return words_.dump(static_cast<std::int64_t>(*static_cast<const E*>(value)));
  }
  Json schema() const override { return words_.schema(); }

 private:
  Vocabulary words_;
};

/// One of some words, which are in the range [begin, end).
template <class E>
Type<E> word(const Named<E>* begin, const Named<E>* end, std::vector<std::string> later) {
  Vocabulary words(std::move(later));
  for (const Named<E>* one = begin; one != end; ++one) {
    words.add(*one, static_cast<std::int64_t>(one->value));
  }
  return Type<E>(AnyType(std::unique_ptr<const Codec>(new WordCodec<E>(std::move(words)))));
}
template <class E>
Type<E> word(std::initializer_list<Named<E>> named, std::vector<std::string> later = {}) {
  return word<E>(named.begin(), named.end(), std::move(later));
}
template <class E>
Type<E> word(const std::vector<Named<E>>& named, std::vector<std::string> later = {}) {
  return word<E>(named.data(), named.data() + named.size(), std::move(later));
}

}  // namespace faultpath::scenarios
