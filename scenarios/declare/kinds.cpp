// Choosing the keys of a map by its kind.
#include "scenarios/declare/kinds.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "scenarios/suggestion.hpp"

namespace faultpath::scenarios {
namespace {

using Kind = KindsCodec::Kind;
using Common = KindsCodec::Common;

/// The key that names the kind. It is settled before the others are read.
class TagCodec final : public Codec {
 public:
  TagCodec(const KindTag& tag, std::vector<Word> words) : get_(tag.get), words_(std::move(words)) {}
  void read(const Cursor& /*at*/, void* /*spec*/) const override {}
  Json dump(const void* spec) const override { return words_[get_(spec)].word; }
  Json schema() const override { return words_schema(words_); }

 private:
  std::function<std::size_t(const void*)> get_;
  std::vector<Word> words_;
};

std::vector<Word> words_of(const std::vector<Kind>& kinds) {
  std::vector<Word> words;
  for (const Kind& kind : kinds) words.push_back(kind.word);
  return words;
}

FieldCore field_of(const KindTag& tag, const std::vector<Word>& words) {
  FieldCore field(tag.text.key, tag.text.doc, tag.text.source,
                  AnyType(std::make_unique<TagCodec>(tag, words)), {});
  if (tag.condition) field.set_condition(*tag.condition);
  return field;
}

std::vector<std::string> keys_of(const std::vector<FieldCore>& fields) {
  std::vector<std::string> keys;
  for (const FieldCore& field : fields) keys.push_back(field.text().key);
  return keys;
}

bool has(const std::vector<FieldCore>& fields, const std::string& key) {
  return std::ranges::any_of(fields, [&](const FieldCore& one) { return one.text().key == key; });
}

ObjectCore object_of(const FieldCore& tag, const std::vector<FieldCore>& own, const Common& common,
                     const void* defaults) {
  std::vector<FieldCore> fields = common.before;
  fields.push_back(tag);
  fields.insert(fields.end(), common.between.begin(), common.between.end());
  fields.insert(fields.end(), own.begin(), own.end());
  fields.insert(fields.end(), common.after.begin(), common.after.end());
  return {std::move(fields), defaults};
}

// "unless kind is zipf", or "when kind is trace", whichever has fewer words.
std::string words_of(const KindTag& tag, const std::vector<Kind>& kinds, const std::string& key) {
  std::vector<std::string> owners, others;
  for (const Kind& kind : kinds) (has(kind.own, key) ? owners : others).push_back(kind.word.word);
  const bool few = owners.size() <= others.size();
  return (few ? "unless " : "when ") + tag.text.key + " is " + listed(few ? owners : others);
}

// Each key once, as its first kind declares it, with the kinds that have it.
std::vector<FieldCore> own_of_all(const KindTag& tag, const std::vector<Kind>& kinds) {
  std::vector<FieldCore> fields;
  for (const Kind& kind : kinds) {
    for (const FieldCore& field : kind.own) {
      if (has(fields, field.text().key)) continue;
      fields.push_back(field);
      fields.back().set_condition(ConditionCore(
          tag.text.key, words_of(tag, kinds, field.text().key), [](const void*) { return true; }));
    }
  }
  return fields;
}

}  // namespace

KindsCodec::KindsCodec(const KindTag& tag, const std::vector<Kind>& kinds, const Common& common,
                       const void* defaults)
    : tag_(tag),
      defaults_(defaults),
      words_(words_of(kinds)),
      every_(object_of(field_of(tag, words_), own_of_all(tag, kinds), common, defaults)) {
  for (const Kind& kind : kinds) {
    kinds_.push_back(
        {object_of(field_of(tag, words_), kind.own, common, defaults), keys_of(kind.own)});
  }
}
KindsCodec::~KindsCodec() = default;

void KindsCodec::read(const Cursor& at, void* spec) const {
  expect_map(at);
  const std::size_t kind = chosen(at, spec);
  const Node own = own_keys(at, kind);
  tag_.set(spec, kind);
  kinds_[kind].all.read({own, at.path}, spec);
  // A higher layer has taken away its effect, else that was an error.
  if (tag_.condition && !tag_.condition->holds(spec)) tag_.set(spec, tag_.get(defaults_));
}

std::size_t KindsCodec::chosen(const Cursor& at, const void* spec) const {
  const Entry* const entry = at.node.find(tag_.text.key);
  return entry != nullptr ? read_word(at.child(*entry), words_, {}) : tag_.get(spec);
}

// The kinds that have the key, unless all do.
std::vector<std::string> KindsCodec::owners(const std::string& key) const {
  std::vector<std::string> owners;
  for (std::size_t i = 0; i < kinds_.size(); ++i) {
    if (std::ranges::find(kinds_[i].own, key) != kinds_[i].own.end()) {
      owners.push_back(words_[i].word);
    }
  }
  return owners;
}

// Without the keys of other kinds that a lower layer set.
Node KindsCodec::own_keys(const Cursor& at, std::size_t kind) const {
  const Entry* const named = at.node.find(tag_.text.key);
  const int layer = named != nullptr ? newest_layer(named->value) : std::numeric_limits<int>::min();
  const std::string& word = words_[kind].word;
  const std::vector<std::string> known = every_.keys();
  Node map = at.node;
  map.entries.clear();
  for (const Entry& entry : at.node.entries) {
    if (std::ranges::find(known, entry.key) == known.end()) fail_unknown_key(at, entry, known);
    const auto owners = this->owners(entry.key);
    if (owners.empty() || std::ranges::find(owners, word) != owners.end()) {
      map.entries.push_back(entry);
    } else if (newest_layer(entry.value) >= layer) {
      fail_key(at, entry, "is a key of " + listed(owners) + ", not of " + word);
    }
  }
  return map;
}

Json KindsCodec::dump(const void* spec) const { return kinds_[tag_.get(spec)].all.dump(spec); }

Json KindsCodec::schema() const { return every_.schema(); }

}  // namespace faultpath::scenarios
