// The declaration of a map of keys: one field for each member of a spec. These are typed fronts,
// which check that a field belongs to the spec; object_core.hpp does the work.
#pragma once

#include <concepts>
#include <initializer_list>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "scenarios/declare/object_core.hpp"
#include "scenarios/declare/type.hpp"
#include "scenarios/declare/words.hpp"
#include "sim/ensure.hpp"

namespace faultpath::scenarios {

/// A ConditionCore on specs of S, from a predicate `bool holds(const S&)`.
template <class S>
struct Condition : ConditionCore {
  template <class Holds>
  Condition(std::string_view cause, std::string_view words, Holds holds)
      : ConditionCore(cause, words, [holds = std::move(holds)](const void* spec) {
          return holds(*static_cast<const S*>(spec));
        }) {}
};

/// A spec as it is when nothing has been read.
template <class S>
const S& defaults_of() {
  static const S kDefaults{};
  return kDefaults;
}

/// A key of a map that fills a member of S.
template <class S>
class Field {
 public:
  explicit Field(FieldCore core) : core_(std::move(core)) {}
  /// A key of a base of S, which lies at its beginning.
  template <class B>
    requires std::derived_from<S, B> && (!std::same_as<S, B>)
  Field(const Field<B>& of_base) : core_(of_base.core()) {  // NOLINT: it is one
    static_assert(std::is_polymorphic_v<S> == false);
    const S& spec = defaults_of<S>();
    const B& base = spec;
    ENSURE(static_cast<const void*>(&spec) == static_cast<const void*>(&base),
           "the keys of a base are offsets into it");
  }

  /// The key has an effect only then.
  Field when(Condition<S> condition) && {
    core_.set_condition(std::move(condition));
    return std::move(*this);
  }
  /// `key`, inside the map of the member, has an effect only then.
  Field inner_when(std::string_view key, Condition<S> condition) && {
    core_.add_inner(key, std::move(condition));
    return std::move(*this);
  }
  Field required() && {
    core_.set_required();
    return std::move(*this);
  }
  /// `void action(const Cursor&, S&)` when the key has been read: for what follows from its value.
  template <class Action>
  Field then(Action action) && {
    core_.set_then([action = std::move(action)](const Cursor& at, void* spec) {
      action(at, *static_cast<S*>(spec));
    });
    return std::move(*this);
  }
  /// One more property in the schema of the key.
  Field with_schema(std::string_view name, const Json& value) && {
    core_.add_to_schema(name, value);
    return std::move(*this);
  }

  const FieldCore& core() const { return core_; }

 private:
  FieldCore core_;
};

template <class T>
void assign(void* to, const void* from) {
  *static_cast<T*>(to) = *static_cast<const T*>(from);
}

template <class S, class T>
MemberPlace place_of(T S::* member) {
  const S& spec = defaults_of<S>();
  return {reinterpret_cast<const char*>(&(spec.*member)) - reinterpret_cast<const char*>(&spec),
          &assign<T>};
}

/// A field; `source` says where its default is from.
template <class S, class T>
Field<S> field(std::string_view key, T S::* member, const Type<T>& type, std::string_view doc,
               std::string_view source = {}) {
  return Field<S>(FieldCore(key, doc, source, type.any(), place_of(member)));
}

template <class S>
class Object {
 public:
  Object(std::initializer_list<Field<S>> fields)  // NOLINT
      : core_(cores_of(fields.begin(), fields.end()), &defaults_of<S>()) {}
  Object(const std::vector<Field<S>>& fields)  // NOLINT
      : core_(cores_of(fields.data(), fields.data() + fields.size()), &defaults_of<S>()) {}

  void read(const Cursor& at, S& spec) const { core_.read(at, &spec); }
  Json dump(const S& spec) const { return core_.dump(&spec); }
  Json schema() const { return core_.schema(); }
  std::vector<std::string> keys() const { return core_.keys(); }
  Type<S> type() const { return Type<S>(core_.type()); }
  const ObjectCore& core() const { return core_; }

 private:
  static std::vector<FieldCore> cores_of(const Field<S>* begin, const Field<S>* end) {
    std::vector<FieldCore> cores;
    for (const Field<S>* field = begin; field != end; ++field) cores.push_back(field->core());
    return cores;
  }

  ObjectCore core_;
};

}  // namespace faultpath::scenarios
