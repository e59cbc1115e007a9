// A value in a JSON text that knows where it stands, so that an error can say it.
#pragma once

#include <simdjson.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "analysis/json.hpp"

namespace faultpath::analysis {

/// Reads one member after another with the type that the caller expects; any other is a
/// ResultError: `FILE: runs[3].counters.dma_bytes: expected a whole number, found a string`.
/// A reader of a part points to the reader of the whole, which must outlive it.
class JsonReader {
 public:
  JsonReader(simdjson::dom::element value, const std::string& file);

  /// A member that must be there.
  JsonReader at(std::string_view key) const;
  std::optional<JsonReader> find(std::string_view key) const;

  /// Calls `visit(reader)` for each element of an array.
  template <class Visit>
  void each_element(Visit visit) const {
    std::size_t index = 0;
    for (const auto element : array()) visit(JsonReader{element, *this, {}, index++});
  }
  /// Calls `visit(name, reader)` for each member of an object, in the order of the text.
  template <class Visit>
  void each_member(Visit visit) const {
    for (const auto [key, value] : object()) visit(key, JsonReader{value, *this, key, 0});
  }

  double number() const;
  std::uint64_t whole() const;
  std::string text() const;
  bool boolean() const;
  simdjson::dom::array array() const;
  simdjson::dom::object object() const;
  /// The value as it stands, for whoever knows more about it.
  Json json() const;

  /// Throws that `expected` was expected here; says what was found unless `found` does.
  [[noreturn]] void fail(std::string_view expected, std::string found = {}) const;

 private:
  JsonReader(simdjson::dom::element value, const JsonReader& whole, std::string_view key,
             std::size_t index);

  std::string path() const;

  simdjson::dom::element value_;
  const std::string* file_;
  const JsonReader* whole_ = nullptr;  // none: the whole text
  std::string_view key_;               // in an object
  std::size_t index_ = 0;              // in an array
};

}  // namespace faultpath::analysis
