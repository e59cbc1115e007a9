// The declaration of a map with keys of all kinds and keys of some: one key says which kind it is.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "scenarios/declare/object.hpp"
#include "scenarios/declare/object_core.hpp"
#include "scenarios/declare/words.hpp"

namespace faultpath::scenarios {

/// The key that names the kind, and where a spec keeps its choice as a place in the list of kinds.
struct KindTag {
  FieldText text;
  std::function<std::size_t(const void* spec)> get;
  /// A spec of another kind becomes one of this, with its defaults.
  std::function<void(void* spec, std::size_t kind)> set;
  std::optional<ConditionCore> condition;  ///< the key has an effect only then
};

/// Reads a map by the keys of the kind that it names, or of the one that the spec has. A key of
/// other kinds is an error, unless it stands in a lower layer than the key that names the kind:
/// then it is overridden and forgotten.
class KindsCodec final : public Codec {
 public:
  struct Kind {
    Word word;
    std::vector<FieldCore> own;  ///< that not all kinds have
  };
  /// The keys that all kinds have, by their place in the map.
  struct Common {
    std::vector<FieldCore> before;   ///< the key that names the kind
    std::vector<FieldCore> between;  ///< it and the kind's own
    std::vector<FieldCore> after;    ///< the kind's own
  };
  KindsCodec(const KindTag& tag, const std::vector<Kind>& kinds, const Common& common,
             const void* defaults);
  ~KindsCodec() override;

  void read(const Cursor& at, void* spec) const override;
  Json dump(const void* spec) const override;
  Json schema() const override;

 private:
  struct Keys {
    ObjectCore all;
    std::vector<std::string> own;
  };
  std::size_t chosen(const Cursor& at, const void* spec) const;
  Node own_keys(const Cursor& at, std::size_t kind) const;
  std::vector<std::string> owners(const std::string& key) const;

  KindTag tag_;
  const void* defaults_;
  std::vector<Word> words_;
  std::vector<Keys> kinds_;
  ObjectCore every_;  // for the schema
};

/// A kind, and the keys that not all kinds have.
template <class S>
struct KindKeys {
  Word word;
  std::vector<Field<S>> own;
};

/// The keys that all kinds have.
template <class S>
struct CommonKeys {
  std::vector<Field<S>> before = {}, between = {}, after = {};
};

/// `kinds`: in the order of the tag.
template <class S>
Type<S> by_kind(const KindTag& tag, const std::vector<KindKeys<S>>& kinds,
                const CommonKeys<S>& common) {
  const auto cores_of = [](const std::vector<Field<S>>& fields) {
    std::vector<FieldCore> cores;
    for (const Field<S>& field : fields) cores.push_back(field.core());
    return cores;
  };
  std::vector<KindsCodec::Kind> own;
  for (const KindKeys<S>& kind : kinds) own.push_back({kind.word, cores_of(kind.own)});
  return Type<S>(AnyType(std::make_unique<const KindsCodec>(
      tag, own,
      KindsCodec::Common{cores_of(common.before), cores_of(common.between), cores_of(common.after)},
      &defaults_of<S>())));
}

template <class V>
void set_alternative(V& variant, std::size_t index) {
  if (variant.index() == index) return;
  const auto emplace = [&]<std::size_t... I>(std::index_sequence<I...>) {
    ((I == index ? static_cast<void>(variant.template emplace<I>()) : void()), ...);
  };
  emplace(std::make_index_sequence<std::variant_size_v<V>>{});
}

/// The tag of specs S, whose kind is the alternative of a variant.
template <class S, class B, class V>
KindTag kind_tag(const FieldText& text, V B::* kind) {
  return {text, [kind](const void* spec) { return (static_cast<const S*>(spec)->*kind).index(); },
          [kind](void* spec, std::size_t index) {
            set_alternative(static_cast<S*>(spec)->*kind, index);
          },
          std::nullopt};
}

/// How a spec of S leads to the spec of its kind, `const Own* of(const S&)`: null when it has
/// another kind, of which only the defaults are asked for then.
template <class S, class Own, class Of>
SpecInside inside_of(Of of) {
  return [of](const void* spec) -> const void* {
    const Own* const own = of(*static_cast<const S*>(spec));
    return own != nullptr ? own : &defaults_of<Own>();
  };
}

/// The keys of the spec of a kind as keys of the spec that has it.
template <class S, class Own, class Of>
std::vector<Field<S>> keys_inside(const Object<Own>& keys, Of of) {
  std::vector<Field<S>> fields;
  for (const FieldCore& field : keys.core().fields()) {
    fields.push_back(Field<S>(field.inside(inside_of<S, Own>(of))));
  }
  return fields;
}

/// A key whose map is the spec of a kind.
template <class S, class Own, class Of>
Field<S> map_inside(std::string_view key, const Object<Own>& keys, std::string_view doc, Of of) {
  const FieldCore whole(key, doc, {}, keys.core().type(), MemberPlace{0, &assign<Own>});
  return Field<S>(whole.inside(inside_of<S, Own>(of)));
}

}  // namespace faultpath::scenarios
