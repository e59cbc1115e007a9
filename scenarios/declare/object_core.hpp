// The declaration of a map of keys without the C++ type of its spec. Object is its typed front.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "scenarios/declare/any_type.hpp"
#include "scenarios/declare/fields.hpp"

namespace faultpath::scenarios {

/// When a key has an effect. A key without one is an error, unless it stands in a lower layer than
/// `cause`, the key that took its effect away: then it is overridden and forgotten.
class ConditionCore {
 public:
  /// `words` come after "has no effect", as in "unless kind is zipf". `holds` is given the spec.
  ConditionCore(std::string_view cause, std::string_view words,
                std::function<bool(const void*)> holds);
  ConditionCore(const ConditionCore&);
  ConditionCore(ConditionCore&&) noexcept;
  ConditionCore& operator=(const ConditionCore&);
  ConditionCore& operator=(ConditionCore&&) noexcept;
  ~ConditionCore();

  const std::string& cause() const { return cause_; }
  const std::string& words() const { return words_; }
  bool holds(const void* spec) const { return holds_(spec); }

 private:
  std::string cause_, words_;
  std::function<bool(const void*)> holds_;
};

/// Where a member lies in its spec, and how one is assigned to another.
struct MemberPlace {
  std::ptrdiff_t offset = 0;  ///< bytes from the start of the spec
  void (*assign)(void* to, const void* from) = nullptr;
};

/// From a spec to one that lies inside it.
using SpecInside = std::function<const void*(const void* spec)>;

/// A key of a map that fills a member of a spec. All pointers are to specs of its type.
class FieldCore {
 public:
  FieldCore(std::string_view key, std::string_view doc, std::string_view source,
            const AnyType& type, MemberPlace place);
  /// A key that is settled before the others are read: it is only described.
  FieldCore(std::string_view key, std::string_view doc, const Json& schema);
  FieldCore(const FieldCore&);
  FieldCore(FieldCore&&) noexcept;
  FieldCore& operator=(const FieldCore&);
  FieldCore& operator=(FieldCore&&) noexcept;
  ~FieldCore();

  void set_condition(ConditionCore condition);
  /// `key`, inside the map of the member, has an effect only then.
  void add_inner(std::string_view key, ConditionCore condition);
  void set_required() { required_ = true; }
  /// What is done with the spec when the key has been read.
  void set_then(std::function<void(const Cursor&, void*)> then);
  /// Adds a property to the schema of the type.
  void add_to_schema(std::string_view name, const Json& value);

  /// The same key in a spec inside of which this one's lies.
  FieldCore inside(const SpecInside& inside) const;

  const FieldText& text() const { return text_; }
  bool required() const { return required_; }
  bool has_effect(const void* spec) const { return !condition_ || condition_->holds(spec); }
  /// Requires that there is one.
  const ConditionCore& condition() const { return *condition_; }
  using Inner = std::pair<std::string, ConditionCore>;
  const std::vector<Inner>& inner() const { return inner_; }

  void read(const Cursor& at, void* spec) const;
  /// What has an effect, as it would be written; null when nothing would be.
  Json dump(const void* spec) const;
  /// Gives the member the value that it has in `defaults`.
  void reset(void* spec, const void* defaults) const;
  /// Adds the key to the schema of its map.
  void describe(Json& schema, const void* defaults) const;

 private:
  const void* member(const void* spec) const;
  Json dump_all(const void* spec) const;
  Json schema() const;

  FieldText text_;
  AnyType type_;
  SpecInside inside_;  // empty: the member is one of the spec itself
  MemberPlace place_;
  std::optional<ConditionCore> condition_;
  std::vector<Inner> inner_;
  std::function<void(const Cursor&, void*)> then_;
  Json added_ = Json::object();
  bool required_ = false;
};

class ObjectCore {
 public:
  /// `defaults` is a spec as it is when nothing has been read; it outlives the object.
  ObjectCore(std::vector<FieldCore> fields, const void* defaults);
  ObjectCore(const ObjectCore&);
  ObjectCore(ObjectCore&&) noexcept;
  ObjectCore& operator=(const ObjectCore&) = delete;
  ObjectCore& operator=(ObjectCore&&) = delete;
  ~ObjectCore();

  /// Reads a map over a spec. Throws ConfigError on an unknown key, one without effect, a missing
  /// one, a bad value.
  void read(const Cursor& at, void* spec) const;
  /// The keys that have an effect, as they would be written.
  Json dump(const void* spec) const;
  Json schema() const;
  std::vector<std::string> keys() const;
  const std::vector<FieldCore>& fields() const { return fields_; }
  /// The object as the type of a member.
  AnyType type() const;

 private:
  std::vector<FieldCore> fields_;
  const void* defaults_;
};

}  // namespace faultpath::scenarios
