// The declaration of a map with keys of all kinds and keys of one: its key `kind` says which.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/declare/object.hpp"
#include "scenarios/declare/object_core.hpp"
#include "scenarios/declare/words.hpp"

namespace faultpath::scenarios {

/// The key that names the kind, and where a spec keeps its choice as a place in the list of kinds.
struct KindTag {
  std::string key, doc;
  std::size_t (*get)(const void* spec);
  /// A spec of another kind becomes one of this, with its defaults.
  void (*set)(void* spec, std::size_t kind);
};

/// Reads a map by the keys of the kind that it names, or of the one that the spec has. A key of
/// another kind is an error, unless it stands in a lower layer than the key that names the kind:
/// then it is overridden and forgotten.
class KindsCodec final : public Codec {
 public:
  struct Kind {
    Word word;
    ObjectCore object;             ///< all keys that it has, the tag among them
    std::vector<std::string> own;  ///< that no other kind has
  };
  /// `every` has the keys of all kinds, for the schema.
  KindsCodec(KindTag tag, std::vector<Kind> kinds, const ObjectCore& every, const void* defaults);
  ~KindsCodec() override;

  void read(const Cursor& at, void* spec) const override;
  Json dump(const void* spec) const override;
  Json schema() const override;

 private:
  std::size_t chosen(const Cursor& at, const void* spec) const;
  Node own_keys(const Cursor& at, std::size_t kind) const;

  KindTag tag_;
  std::vector<Word> words_;
  std::vector<Kind> kinds_;
  ObjectCore every_;
  const void* defaults_;
};

/// A kind, and the keys that only it has; each says so by its condition.
template <class S>
struct KindKeys {
  Word word;
  std::vector<Field<S>> own;
};

template <class S>
Type<S> by_kind(const KindTag& tag, const std::vector<KindKeys<S>>& kinds,
                const std::vector<Field<S>>& common) {
  std::vector<Word> words;
  for (const KindKeys<S>& kind : kinds) words.push_back(kind.word);
  std::vector<FieldCore> every{FieldCore(tag.key, tag.doc, words_schema(words))};
  for (const Field<S>& field : common) every.push_back(field.core());
  const std::vector<FieldCore> shared = every;
  std::vector<KindsCodec::Kind> cores;
  for (const KindKeys<S>& kind : kinds) {
    std::vector<FieldCore> fields = shared;
    std::vector<std::string> own;
    for (const Field<S>& field : kind.own) {
      fields.push_back(field.core());
      every.push_back(field.core());
      own.push_back(field.core().text().key);
    }
    cores.push_back({kind.word, ObjectCore(std::move(fields), &defaults_of<S>()), std::move(own)});
  }
  return Type<S>(AnyType(std::make_unique<const KindsCodec>(
      tag, std::move(cores), ObjectCore(std::move(every), &defaults_of<S>()), &defaults_of<S>())));
}

}  // namespace faultpath::scenarios
