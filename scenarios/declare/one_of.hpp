// The declaration of a map whose key `kind`, or `dist`, says which of several specs it fills.
#pragma once

#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "scenarios/declare/object.hpp"
#include "scenarios/declare/object_core.hpp"

namespace faultpath::scenarios {

/// What a one-of needs to know of its alternatives to choose among them.
struct AlternativeText {
  std::string word;
  std::string doc;
  std::vector<std::string> keys;
};

/// How one spec lies in a variant, of which the pointers are.
class Slot {
 public:
  Slot() = default;
  Slot(const Slot&) = delete;
  Slot& operator=(const Slot&) = delete;
  virtual ~Slot() = default;
  /// Puts a spec with its defaults into the variant.
  virtual void* emplace(void* variant) const = 0;
  /// The spec, null if the variant holds another.
  virtual const void* held(const void* variant) const = 0;
};

template <class A, class V>
class SlotOf final : public Slot {
 public:
  void* emplace(void* variant) const override {
    return &static_cast<V*>(variant)->template emplace<A>();
  }
  const void* held(const void* variant) const override {
    return std::get_if<A>(static_cast<const V*>(variant));
  }
};

/// A word, and the keys of the spec that it stands for.
class AlternativeCore {
 public:
  AlternativeCore(std::string_view word, std::string_view doc, const ObjectCore& object,
                  std::unique_ptr<const Slot> slot);
  AlternativeCore(const AlternativeCore&);
  AlternativeCore(AlternativeCore&&) noexcept;
  AlternativeCore& operator=(const AlternativeCore&) = delete;
  AlternativeCore& operator=(AlternativeCore&&) = delete;
  ~AlternativeCore();

  const AlternativeText& text() const { return text_; }
  const ObjectCore& object() const { return object_; }
  const Slot& slot() const { return *slot_; }

 private:
  AlternativeText text_;
  ObjectCore object_;
  std::shared_ptr<const Slot> slot_;
};

/// Choosing among alternatives without the C++ type of their variant.
class OneOfCore {
 public:
  /// `later` are words of the contract that this version does not know yet.
  OneOfCore(std::string_view tag, std::vector<AlternativeCore> alternatives,
            std::vector<std::string> later);
  OneOfCore(const OneOfCore&);
  OneOfCore(OneOfCore&&) noexcept;
  OneOfCore& operator=(const OneOfCore&) = delete;
  OneOfCore& operator=(OneOfCore&&) = delete;
  ~OneOfCore();

  /// Reads the map of the alternative that it names with its key `tag`. Throws ConfigError.
  void read(const Cursor& at, void* variant) const;
  Json dump(const void* variant) const;
  /// The schema of each alternative's map.
  std::vector<Json> schemas() const;
  std::vector<AlternativeText> texts() const;

 private:
  std::string tag_;
  std::vector<AlternativeCore> alternatives_;
  std::vector<std::string> later_;
};

/// One spec that the variant V can hold, and its word.
template <class V>
class Alternative {
 public:
  explicit Alternative(AlternativeCore core) : core_(std::move(core)) {}
  const AlternativeCore& core() const { return core_; }

 private:
  AlternativeCore core_;
};

template <class A, class V>
Alternative<V> alternative(std::string_view word, std::string_view doc, const Object<A>& of) {
  return Alternative<V>(
      AlternativeCore(word, doc, of.core(), std::unique_ptr<const Slot>(new SlotOf<A, V>)));
}

template <class V>
class OneOf {
 public:
  OneOf(std::string_view tag, std::initializer_list<Alternative<V>> alternatives,
        std::vector<std::string> later = {})
      : core_(tag, cores_of(alternatives), std::move(later)) {}

  void read(const Cursor& at, V& value) const { core_.read(at, &value); }
  Json dump(const V& value) const { return core_.dump(&value); }
  std::vector<Json> schemas() const { return core_.schemas(); }
  std::vector<AlternativeText> texts() const { return core_.texts(); }

 private:
  static std::vector<AlternativeCore> cores_of(std::initializer_list<Alternative<V>> all) {
    std::vector<AlternativeCore> cores;
    for (const Alternative<V>& one : all) cores.push_back(one.core());
    return cores;
  }

  OneOfCore core_;
};

}  // namespace faultpath::scenarios
