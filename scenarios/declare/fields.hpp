// The parts of declarations that do not depend on the type of the spec.
#pragma once

#include <string>
#include <vector>

#include "scenarios/declare/any_type.hpp"

namespace faultpath::scenarios {

/// What a person needs to know about a key.
struct FieldText {
  std::string key;
  std::string doc;
  std::string source;  ///< of the default: a citation, or "assumed"
};

/// A map without properties yet, which allows no others.
Json object_schema();

/// Adds a key to such a schema. `standard` is its default, null when there is none; `only` says
/// when the key has an effect.
void add_property(Json& schema, const FieldText& text, Json type, const Json& standard,
                  const std::string& only);

/// Throws the error of a key that nobody knows, with the nearest of those that exist.
[[noreturn]] void fail_unknown_key(const Cursor& at, const Entry& entry,
                                   const std::vector<std::string>& keys);

}  // namespace faultpath::scenarios
