// Choosing the keys of a map by its kind.
#include "scenarios/declare/kinds.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace faultpath::scenarios {

KindsCodec::KindsCodec(KindTag tag, std::vector<Kind> kinds, const ObjectCore& every,
                       const void* defaults)
    : tag_(std::move(tag)), kinds_(std::move(kinds)), every_(every), defaults_(defaults) {
  for (const Kind& kind : kinds_) words_.push_back(kind.word);
}
KindsCodec::~KindsCodec() = default;

void KindsCodec::read(const Cursor& at, void* spec) const {
  expect_map(at);
  const std::size_t kind = chosen(at, spec);
  const Node own = own_keys(at, kind);
  tag_.set(spec, kind);
  kinds_[kind].object.read({own, at.path}, spec);
}

std::size_t KindsCodec::chosen(const Cursor& at, const void* spec) const {
  const Entry* const entry = at.node.find(tag_.key);
  return entry != nullptr ? read_word(at.child(*entry), words_, {}) : tag_.get(spec);
}

// Without the keys of other kinds that a lower layer set.
Node KindsCodec::own_keys(const Cursor& at, std::size_t kind) const {
  const Entry* const named = at.node.find(tag_.key);
  const int layer = named != nullptr ? newest_layer(named->value) : std::numeric_limits<int>::min();
  Node map = at.node;
  map.entries.clear();
  for (const Entry& entry : at.node.entries) {
    const auto owner = std::ranges::find_if(kinds_, [&](const Kind& other) {
      return std::ranges::find(other.own, entry.key) != other.own.end();
    });
    if (owner == kinds_.end() || owner - kinds_.begin() == static_cast<std::ptrdiff_t>(kind)) {
      map.entries.push_back(entry);
    } else if (newest_layer(entry.value) >= layer) {
      fail_key(at, entry, "is a key of " + owner->word.word + ", not of " + kinds_[kind].word.word);
    }
  }
  return map;
}

Json KindsCodec::dump(const void* spec) const {
  const Kind& kind = kinds_[tag_.get(spec)];
  Json map{{tag_.key, kind.word.word}};
  map.update(kind.object.dump(spec));
  return map;
}

Json KindsCodec::schema() const {
  Json schema = every_.schema();
  schema["properties"][tag_.key]["default"] = words_[tag_.get(defaults_)].word;
  return schema;
}

}  // namespace faultpath::scenarios
