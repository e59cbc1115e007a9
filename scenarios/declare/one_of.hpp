// The declaration of a map whose key `kind`, or `dist`, says which of several specs it fills.
#pragma once

#include <algorithm>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "scenarios/declare/fields.hpp"
#include "scenarios/declare/object.hpp"

namespace faultpath::scenarios {

/// What a one-of needs to know of its alternatives to choose among them.
struct AlternativeText {
  std::string word;
  std::string doc;
  std::vector<std::string> keys;
};

/// The alternative that the map `at` names with its key `tag`. Throws ConfigError.
std::size_t chosen(const Cursor& at, const std::string& tag,
                   const std::vector<AlternativeText>& alternatives,
                   const std::vector<std::string>& later);

/// The map `at` without its key `tag` and without the keys of other alternatives that a lower layer
/// set; one that the same layer set is an error.
Node own_keys(const Cursor& at, const std::string& tag,
              const std::vector<AlternativeText>& alternatives, std::size_t choice);

/// One spec that the variant V can hold, and its word.
template <class V>
struct Alternative {
  AlternativeText text;
  std::function<void(const Cursor&, V&)> read;
  std::function<bool(const V&)> holds;
  std::function<Json(const V&)> dump;
  std::function<Json()> schema;
};

template <class A, class V>
Alternative<V> alternative(std::string word, std::string doc, const Object<A>& of) {
  const auto object = std::make_shared<const Object<A>>(of);
  return {{std::move(word), std::move(doc), object->keys()},
          [object](const Cursor& at, V& value) {
            A spec{};
            object->read(at, spec);
            value = std::move(spec);
          },
          [](const V& value) { return std::holds_alternative<A>(value); },
          [object](const V& value) { return object->dump(std::get<A>(value)); },
          [object] { return object->schema(); }};
}

template <class V>
class OneOf {
 public:
  OneOf(std::string tag, std::vector<Alternative<V>> alternatives,
        std::vector<std::string> later = {})
      : tag_(std::move(tag)), alternatives_(std::move(alternatives)), later_(std::move(later)) {}

  void read(const Cursor& at, V& value) const {
    expect_map(at);
    const auto texts = this->texts();
    const std::size_t choice = chosen(at, tag_, texts, later_);
    const Node own = own_keys(at, tag_, texts, choice);
    alternatives_[choice].read({own, at.path}, value);
  }

  Json dump(const V& value) const {
    const auto& held = *std::ranges::find_if(
        alternatives_, [&](const auto& alternative) { return alternative.holds(value); });
    Json map{{tag_, held.text.word}};
    map.update(held.dump(value));
    return map;
  }

  /// The schema of each alternative's map.
  std::vector<Json> schemas() const {
    std::vector<Json> all;
    for (const auto& alternative : alternatives_) {
      Json schema{{"description", alternative.text.doc}};
      schema.update(alternative.schema());
      Json properties{{tag_, {{"const", alternative.text.word}}}};
      properties.update(schema["properties"]);
      schema["properties"] = std::move(properties);
      schema["required"].push_back(tag_);
      all.push_back(std::move(schema));
    }
    return all;
  }

  std::vector<AlternativeText> texts() const {
    std::vector<AlternativeText> all;
    for (const auto& alternative : alternatives_) all.push_back(alternative.text);
    return all;
  }

 private:
  std::string tag_;
  std::vector<Alternative<V>> alternatives_;
  std::vector<std::string> later_;
};

}  // namespace faultpath::scenarios
