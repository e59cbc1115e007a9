// The declaration of a map of keys: one field for each member of a spec.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "scenarios/declare/fields.hpp"
#include "scenarios/declare/type.hpp"

namespace faultpath::scenarios {

/// When a key has an effect. A key without one is an error, unless it stands in a lower layer than
/// `cause`, the key that took its effect away: then it is overridden and forgotten.
template <class S>
struct Condition {
  std::string cause;
  std::string words;  ///< after "has no effect": "unless kind is zipf"
  std::function<bool(const S&)> holds;
};

/// A key of a map that fills a member of S.
template <class S>
struct Field {
  FieldText text;
  std::function<void(const Cursor&, S&)> read;
  std::function<Json(const S&)> dump;
  std::function<void(S&)> reset;
  std::function<Json()> schema;
  std::optional<Condition<S>> condition;
  /// Keys inside the map of the member whose effect depends on other members of S.
  std::vector<std::pair<std::string, Condition<S>>> inner{};
  bool is_required = false;

  /// `key`, inside the member, has an effect only then.
  Field inner_when(std::string key, Condition<S> only_when) && {
    inner.emplace_back(std::move(key), std::move(only_when));
    return std::move(*this);
  }
  Field when(Condition<S> only_when) && {
    condition = std::move(only_when);
    return std::move(*this);
  }
  Field required() && {
    is_required = true;
    return std::move(*this);
  }
  bool has_effect(const S& value) const { return !condition || condition->holds(value); }
};

/// A field; `source` says where its default is from.
template <class S, class T>
Field<S> field(std::string key, T S::* member, Type<T> type, std::string doc,
               std::string source = {}) {
  const auto shared = std::make_shared<const Type<T>>(std::move(type));
  return {{std::move(key), std::move(doc), std::move(source)},
          [=](const Cursor& at, S& value) { shared->read(at, value.*member); },
          [=](const S& value) { return shared->dump(value.*member); },
          [=](S& value) { value.*member = S{}.*member; },
          shared->schema,
          {}};
}

template <class S>
class Object {
 public:
  Object(std::vector<Field<S>> fields) : fields_(std::move(fields)) {}  // NOLINT

  /// Reads a map over `value`. Throws ConfigError on an unknown key, one without effect, a missing
  /// one, a bad value.
  void read(const Cursor& at, S& value) const {
    expect_map(at);
    for (const auto& entry : at.node.entries) known(at, entry).read(at.child(entry), value);
    for (const auto& field : fields_) {
      if (overridden(at, field, value)) field.reset(value);
    }
    for (const auto& field : fields_) check(at, field, value);
  }

  /// The keys that have an effect, as they would be written.
  Json dump(const S& value) const {
    Json map = Json::object();
    for (const auto& field : fields_) {
      Json dumped = field.has_effect(value) ? field.dump(value) : Json{};
      for (const auto& [key, condition] : field.inner) {
        if (dumped.is_object() && !condition.holds(value)) dumped.erase(key);
      }
      if (!dumped.is_null()) map[field.text.key] = std::move(dumped);
    }
    return map;
  }

  Json schema() const {
    Json schema = object_schema();
    const S defaults{};
    for (const auto& field : fields_) {
      const std::string only = field.condition ? field.condition->words : "";
      const Json standard = field.is_required ? Json{} : field.dump(defaults);
      Json type = field.schema();
      for (const auto& [key, condition] : field.inner) {
        Json& words = type["properties"][key]["x-only"];
        words = words.is_null() ? condition.words
                                : words.template get<std::string>() + ", or " + condition.words;
      }
      add_property(schema, field.text, std::move(type), standard, only);
      if (field.is_required) schema["required"].push_back(field.text.key);
    }
    return schema;
  }

  std::vector<std::string> keys() const {
    std::vector<std::string> all;
    for (const auto& field : fields_) all.push_back(field.text.key);
    return all;
  }

  /// The object as the type of a member.
  Type<S> type() const {
    const auto self = std::make_shared<const Object>(*this);
    return {[self](const Cursor& at, S& value) { self->read(at, value); },
            [self](const S& value) { return self->dump(value); },
            [self] { return self->schema(); }};
  }

 private:
  const Field<S>& known(const Cursor& at, const Entry& entry) const {
    for (const auto& field : fields_) {
      if (field.text.key == entry.key) return field;
    }
    fail_unknown_key(at, entry, keys());
  }

  // Without effect, because a higher layer chose so.
  static bool overridden(const Cursor& at, const Field<S>& field, const S& value) {
    const Entry* entry = at.node.find(field.text.key);
    if (entry == nullptr || field.has_effect(value)) return false;
    return outranked(at, *entry, *field.condition);
  }
  static bool outranked(const Cursor& at, const Entry& entry, const Condition<S>& condition) {
    const Entry* cause = at.node.find(condition.cause);
    return cause != nullptr && newest_layer(entry.value) < newest_layer(cause->value);
  }

  static void check(const Cursor& at, const Field<S>& field, const S& value) {
    const Entry* entry = at.node.find(field.text.key);
    if (entry == nullptr && field.is_required) fail(at, "needs the key '" + field.text.key + "'");
    if (entry == nullptr) return;
    if (field.has_effect(value)) return check_inner(at, *entry, field, value);
    if (overridden(at, field, value)) return;
    fail_key(at, *entry, "has no effect " + field.condition->words);
  }
  // What is overridden keeps its value, which nobody reads.
  static void check_inner(const Cursor& at, const Entry& map, const Field<S>& field,
                          const S& value) {
    for (const auto& [key, condition] : field.inner) {
      const Entry* entry = map.value.find(key);
      if (entry == nullptr || condition.holds(value) || outranked(at, *entry, condition)) continue;
      fail_key(at.child(map), *entry, "has no effect " + condition.words);
    }
  }

  std::vector<Field<S>> fields_;
};

}  // namespace faultpath::scenarios
