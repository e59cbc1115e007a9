// Choosing among the alternatives of a map.
#include "scenarios/declare/one_of.hpp"

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

}  // namespace

std::size_t chosen(const Cursor& at, const std::string& tag,
                   const std::vector<AlternativeText>& alternatives,
                   const std::vector<std::string>& later) {
  std::vector<Word> words;
  std::vector<std::string> names;
  for (const auto& alternative : alternatives) {
    words.push_back({alternative.word, {}});
    names.push_back(alternative.word);
  }
  const Entry* entry = at.node.find(tag);
  if (entry == nullptr) fail(at, "needs the key '" + tag + "', one of " + listed(names));
  return read_word(at.child(*entry), words, later);
}

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

}  // namespace faultpath::scenarios
