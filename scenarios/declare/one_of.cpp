// Choosing among the alternatives of a map.
#include "scenarios/declare/one_of.hpp"

#include <algorithm>

#include "scenarios/suggestion.hpp"

namespace faultpath::scenarios {
namespace {

const AlternativeText* owner_of(const std::string& key,
                                const std::vector<AlternativeText>& alternatives) {
  for (const auto& alternative : alternatives) {
    if (std::ranges::find(alternative.keys, key) != alternative.keys.end()) return &alternative;
  }
  return nullptr;
}

/// The alternative that the map `at` names with its key `tag`. Throws ConfigError.
std::size_t chosen(const Cursor& at, const std::string& tag,
                   const std::vector<AlternativeText>& alternatives,
                   const std::vector<std::string>& later) {
  std::vector<Word> words;
  std::vector<std::string> names;
  for (const auto& alternative : alternatives) {
    words.emplace_back(alternative.word, std::string_view{});
    names.push_back(alternative.word);
  }
  const Entry* entry = at.node.find(tag);
  if (entry == nullptr) fail(at, "needs the key '" + tag + "', one of " + listed(names));
  return read_word(at.child(*entry), words, later);
}

/// The map `at` without its key `tag` and without the keys of other alternatives that a lower layer
/// set; one that the same layer set is an error.
Node own_keys(const Cursor& at, const std::string& tag,
              const std::vector<AlternativeText>& alternatives, std::size_t choice) {
  const auto& own = alternatives[choice];
  const int layer = at.node.find(tag)->value.layer;
  Node map = at.node;
  map.entries.clear();
  for (const auto& entry : at.node.entries) {
    if (entry.key == tag) continue;
    const bool is_own = std::ranges::find(own.keys, entry.key) != own.keys.end();
    const auto* owner = is_own ? nullptr : owner_of(entry.key, alternatives);
    if (owner == nullptr) {
      map.entries.push_back(entry);
    } else if (entry.value.layer >= layer) {
      fail_key(at, entry, "is a key of " + owner->word + ", not of " + own.word);
    }
  }
  return map;
}

}  // namespace

AlternativeCore::AlternativeCore(std::string_view word, std::string_view doc,
                                 const ObjectCore& object, std::unique_ptr<const Slot> slot)
    : text_{std::string(word), std::string(doc), object.keys()},
      object_(object),
      slot_(std::move(slot)) {}
AlternativeCore::AlternativeCore(const AlternativeCore&) = default;
AlternativeCore::AlternativeCore(AlternativeCore&&) noexcept = default;
AlternativeCore::~AlternativeCore() = default;

OneOfCore::OneOfCore(std::string_view tag, std::vector<AlternativeCore> alternatives,
                     std::vector<std::string> later)
    : tag_(tag), alternatives_(std::move(alternatives)), later_(std::move(later)) {}
OneOfCore::OneOfCore(const OneOfCore&) = default;
OneOfCore::OneOfCore(OneOfCore&&) noexcept = default;
OneOfCore::~OneOfCore() = default;

void OneOfCore::read(const Cursor& at, void* variant) const {
  expect_map(at);
  const auto texts = this->texts();
  const std::size_t choice = chosen(at, tag_, texts, later_);
  const Node own = own_keys(at, tag_, texts, choice);
  const AlternativeCore& alternative = alternatives_[choice];
  alternative.object().read({own, at.path}, alternative.slot().emplace(variant));
}

Json OneOfCore::dump(const void* variant) const {
  const auto& held = *std::ranges::find_if(alternatives_, [&](const AlternativeCore& alternative) {
    return alternative.slot().held(variant) != nullptr;
  });
  Json map{{tag_, held.text().word}};
  map.update(held.object().dump(held.slot().held(variant)));
  return map;
}

std::vector<Json> OneOfCore::schemas() const {
  std::vector<Json> all;
  for (const AlternativeCore& alternative : alternatives_) {
    Json schema{{"description", alternative.text().doc}};
    schema.update(alternative.object().schema());
    Json properties{{tag_, {{"const", alternative.text().word}}}};
    properties.update(schema["properties"]);
    schema["properties"] = std::move(properties);
    schema["required"].push_back(tag_);
    all.push_back(std::move(schema));
  }
  return all;
}

std::vector<AlternativeText> OneOfCore::texts() const {
  std::vector<AlternativeText> all;
  for (const AlternativeCore& alternative : alternatives_) all.push_back(alternative.text());
  return all;
}

}  // namespace faultpath::scenarios
