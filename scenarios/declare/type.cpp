// The types of single values.
#include "scenarios/declare/type.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cctype>

#include "scenarios/excerpt.hpp"
#include "scenarios/file_lookup.hpp"
#include "scenarios/quantity.hpp"
#include "scenarios/suggestion.hpp"

namespace faultpath::scenarios {
namespace {

// The number of a quantity in a regular expression.
constexpr const char* kNumber = R"([0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?)";

Json quantity_schema(const char* type, const std::vector<std::string>& units) {
  return {{"type", "string"},
          {"pattern", fmt::format("^{} ?({})$", kNumber, fmt::join(units, "|"))},
          {"x-type", type}};
}

// Bounds of what a schema sees as text.
Json bounded(Json schema, const std::string& min, const std::string& max) {
  schema["x-minimum"] = min;
  schema["x-maximum"] = max;
  return schema;
}

// `text` writes a bound as a scenario would.
template <class T, class Text>
T in_bounds(T value, T min, T max, Text text) {
  if (value < min) throw BadValue{"must be at least " + text(min), {}};
  if (value > max) throw BadValue{"must be at most " + text(max), {}};
  return value;
}

Json integer_schema(const Range& range) {
  Json schema{{"type", "integer"}, {"minimum", range.min}};
  if (range.max != Range{}.max) schema["maximum"] = range.max;
  schema["x-type"] = range.power_of_two ? "power of two" : "integer";
  return schema;
}

std::uint64_t integer_in(const std::string& text, const Range& range) {
  const std::uint64_t value = parse_integer(text);
  if (value < range.min) throw BadValue{fmt::format("must be at least {}", range.min), {}};
  if (value > range.max) throw BadValue{fmt::format("must be at most {}", range.max), {}};
  if (range.power_of_two && !std::has_single_bit(value)) {
    throw BadValue{fmt::format("must be a power of two; near are {} and {}", std::bit_floor(value),
                               std::bit_ceil(value)),
                   {}};
  }
  return value;
}

bool is_name_character(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-';
}

std::string checked_name(const std::string& text) {
  if (text.empty() || text.front() == '-' || !std::ranges::all_of(text, is_name_character)) {
    throw BadValue{
        fmt::format("expected a name of letters, digits, '_' and '-', found '{}'", excerpt(text)),
        {}};
  }
  return text;
}

// A type whose text is read by one function and written by another.
template <class T, class Parse, class Dump>
Type<T> scalar(const char* expected, Parse parse, Dump dump, std::function<Json()> schema) {
  return {[=](const Cursor& at, T& value) {
            read_scalar(at, expected, [&](const std::string& text) { value = parse(text); });
          },
          [dump](const T& value) -> Json { return dump(value); }, std::move(schema)};
}

class UnlessEmpty final : public Codec {
 public:
  explicit UnlessEmpty(const AnyType& map) : map_(map) {}
  void read(const Cursor& at, void* value) const override { map_.codec().read(at, value); }
  Json dump(const void* value) const override {
    Json dumped = map_.codec().dump(value);
    return dumped.empty() ? Json{} : dumped;
  }
  Json schema() const override { return map_.codec().schema(); }

 private:
  AnyType map_;
};

const auto kAsIs = [](const auto& value) { return value; };

}  // namespace

void read_scalar(const Cursor& at, const char* expected,
                 const std::function<void(const std::string&)>& reader) {
  if (!at.node.is_scalar())
    fail(at, fmt::format("expected {}, found {}", expected, described(at.node)));
  try {
    reader(at.node.text);
  } catch (const BadValue& bad) {
    fail(at, bad.message, bad.suggestion);
  }
}

Type<std::uint64_t> integer(Range range) {
  return scalar<std::uint64_t>(
      "a whole number", [range](const std::string& text) { return integer_in(text, range); }, kAsIs,
      [range] { return integer_schema(range); });
}

Type<std::uint32_t> integer32(Range range) {
  range.max = std::min<std::uint64_t>(range.max, std::numeric_limits<std::uint32_t>::max());
  return scalar<std::uint32_t>(
      "a whole number",
      [range](const std::string& text) {
        return static_cast<std::uint32_t>(integer_in(text, range));
      },
      kAsIs, [range] { return integer_schema(range); });
}

Type<std::uint64_t> bytes(std::uint64_t min, std::uint64_t max) {
  const auto parse = [=](const std::string& text) {
    return in_bounds(parse_bytes(text), min, max, bytes_text);
  };
  return scalar<std::uint64_t>("a size such as 4KiB", parse, bytes_text, [=] {
    return bounded(quantity_schema("size", bytes_units()), bytes_text(min), bytes_text(max));
  });
}

Type<sim::Duration> duration(sim::Duration min, sim::Duration max) {
  const auto parse = [=](const std::string& text) {
    return in_bounds(parse_duration(text), min, max, duration_text);
  };
  return scalar<sim::Duration>("a duration such as 250ns", parse, duration_text, [=] {
    return bounded(quantity_schema("duration", duration_units()), duration_text(min),
                   duration_text(max));
  });
}

Type<sim::Duration> time_of_run(sim::Duration min) { return duration(min, kLongestRun); }

Type<double> share() {
  return scalar<double>("a share such as 30%", parse_share, share_text,
                        [] { return quantity_schema("share", {"%"}); });
}

Type<double> rate(bool zero_allowed) {
  const auto parse = [zero_allowed](const std::string& text) {
    const double value = parse_rate(text);
    if (value == 0.0 && zero_allowed) return value;
    return in_bounds(value, kSlowestRate, kFastestRate, rate_text);
  };
  return scalar<double>("a rate such as 2Mops/s", parse, rate_text, [zero_allowed] {
    const std::string least = rate_text(kSlowestRate);
    return bounded(quantity_schema("rate", rate_units()), zero_allowed ? "0/s, or " + least : least,
                   rate_text(kFastestRate));
  });
}

Type<double> bandwidth() {
  const auto parse = [](const std::string& text) {
    return in_bounds(parse_bandwidth(text), kSlowestBandwidth, kFastestBandwidth, bandwidth_text);
  };
  return scalar<double>("a bandwidth such as 12.5GB/s", parse, bandwidth_text, [] {
    return bounded(quantity_schema("bandwidth", bandwidth_units()),
                   bandwidth_text(kSlowestBandwidth), bandwidth_text(kFastestBandwidth));
  });
}

Type<double> real(double above, double max) {
  const auto parse = [=](const std::string& text) {
    const double value = parse_real(text);
    if (!(value > above)) throw BadValue{fmt::format("must be above {}", above), {}};
    if (value > max) throw BadValue{fmt::format("must be at most {}", max), {}};
    return value;
  };
  return scalar<double>("a number", parse, kAsIs, [=] {
    return Json{
        {"type", "number"}, {"exclusiveMinimum", above}, {"maximum", max}, {"x-type", "number"}};
  });
}

Type<bool> boolean() {
  const auto parse = [](const std::string& text) {
    if (text == "true") return true;
    if (text == "false") return false;
    throw BadValue{fmt::format("expected true or false, found '{}'", excerpt(text)),
                   nearest(text, {"true", "false"})};
  };
  return scalar<bool>("true or false", parse, kAsIs,
                      [] { return Json{{"type", "boolean"}, {"x-type", "true or false"}}; });
}

Type<std::string> text() {
  return scalar<std::string>("a text", kAsIs, kAsIs,
                             [] { return Json{{"type", "string"}, {"x-type", "text"}}; });
}

Type<std::string> name() {
  return scalar<std::string>("a name", checked_name, kAsIs, [] {
    return Json{
        {"type", "string"}, {"pattern", "^[A-Za-z0-9_][A-Za-z0-9_-]*$"}, {"x-type", "name"}};
  });
}

AnyType unless_empty(const AnyType& map) { return AnyType(std::make_unique<UnlessEmpty>(map)); }

Json list_schema(const Codec& element) {
  return {{"type", "array"}, {"minItems", 1}, {"items", element.schema()}};
}

void expect_filled_list(const Cursor& at) {
  expect_list(at);
  if (at.node.items.empty()) fail(at, "the list is empty");
}

Type<std::string> existing_file() {
  return {[](const Cursor& at, std::string& value) {
            if (!at.node.is_scalar() || at.node.text.empty()) {
              fail(at, "expected the path of a file, found " + described(at.node));
            }
            value = find_file(at, at.node.text);
          },
          [](const std::string& value) { return value.empty() ? Json() : Json(value); },
          [] { return Json{{"type", "string"}, {"x-type", "file"}}; }};
}

}  // namespace faultpath::scenarios
