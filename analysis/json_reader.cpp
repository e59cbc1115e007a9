// Types and places of values.
#include "analysis/json_reader.hpp"

#include <fmt/format.h>

#include "analysis/result.hpp"

namespace faultpath::analysis {
namespace {

using simdjson::dom::element_type;

std::string_view name_of(element_type type) {
  switch (type) {
    case element_type::ARRAY:
      return "an array";
    case element_type::OBJECT:
      return "an object";
    case element_type::INT64:
    case element_type::UINT64:
    case element_type::DOUBLE:
      return "a number";
    case element_type::STRING:
      return "a string";
    case element_type::BOOL:
      return "true or false";
    case element_type::NULL_VALUE:
      return "null";
  }
  return "something else";
}

}  // namespace

JsonReader::JsonReader(simdjson::dom::element value, const std::string& file)
    : value_(value), file_(&file) {}

JsonReader::JsonReader(simdjson::dom::element value, const JsonReader& whole, std::string_view key,
                       std::size_t index)
    : value_(value), file_(whole.file_), whole_(&whole), key_(key), index_(index) {}

JsonReader JsonReader::at(std::string_view key) const {
  if (auto member = find(key)) return *member;
  fail(fmt::format("a member '{}'", key), "none");
}

std::optional<JsonReader> JsonReader::find(std::string_view key) const {
  simdjson::dom::element member;
  if (object().at_key(key).get(member) != simdjson::SUCCESS) return std::nullopt;
  return JsonReader{member, *this, key, 0};
}

double JsonReader::number() const {
  double value = 0.0;
  if (value_.get(value) != simdjson::SUCCESS) fail("a number");
  return value;
}

std::uint64_t JsonReader::whole() const {
  std::uint64_t value = 0;
  if (value_.get(value) == simdjson::SUCCESS) return value;
  fail("a whole number from 0",
       value_.is_number() ? fmt::format("{}", number()) : std::string{name_of(value_.type())});
}

std::string JsonReader::text() const {
  std::string_view value;
  if (value_.get(value) != simdjson::SUCCESS) fail("a string");
  return std::string{value};
}

bool JsonReader::boolean() const {
  bool value = false;
  if (value_.get(value) != simdjson::SUCCESS) fail("true or false");
  return value;
}

simdjson::dom::array JsonReader::array() const {
  simdjson::dom::array value;
  if (value_.get(value) != simdjson::SUCCESS) fail("an array");
  return value;
}

simdjson::dom::object JsonReader::object() const {
  simdjson::dom::object value;
  if (value_.get(value) != simdjson::SUCCESS) fail("an object");
  return value;
}

Json JsonReader::json() const { return Json::parse(simdjson::minify(value_)); }

void JsonReader::fail(std::string_view expected, std::string found) const {
  if (found.empty()) found = name_of(value_.type());
  const auto where = path();
  throw ResultError(fmt::format("{}: {}{}expected {}, found {}", *file_, where,
                                where.empty() ? "" : ": ", expected, found));
}

std::string JsonReader::path() const {
  if (whole_ == nullptr) return {};
  auto path = whole_->path();
  if (key_.data() == nullptr) return path + fmt::format("[{}]", index_);
  return path + (path.empty() ? "" : ".") + std::string{key_};
}

}  // namespace faultpath::analysis
