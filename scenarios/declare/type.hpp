// A type of values in a scenario: how it is read, written and described. Declared once, used by the
// parser, `faultpath show`, the JSON Schema and the reference.
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "scenarios/declare/any_type.hpp"
#include "sim/distribution.hpp"
#include "sim/time.hpp"

namespace faultpath::scenarios {

/// The typed front of an AnyType.
template <class T>
class Type {
 public:
  /// From three functions: `void read(const Cursor&, T&)`, `Json dump(const T&)`, `Json schema()`;
  /// Codec says what each does.
  template <class Read, class Dump, class Schema>
  Type(Read read, Dump dump, Schema schema)
      : any_(std::unique_ptr<const Codec>(new Functions<Read, Dump, Schema>(
            std::move(read), std::move(dump), std::move(schema)))) {}
  /// Requires a codec of values of T.
  explicit Type(AnyType any) : any_(std::move(any)) {}

  void read(const Cursor& at, T& value) const { any_.codec().read(at, &value); }
  Json dump(const T& value) const { return any_.codec().dump(&value); }
  Json schema() const { return any_.codec().schema(); }
  const AnyType& any() const { return any_; }

 private:
  template <class Read, class Dump, class Schema>
  class Functions final : public Codec {
   public:
    Functions(Read read, Dump dump, Schema schema)
        : read_(std::move(read)), dump_(std::move(dump)), schema_(std::move(schema)) {}
    void read(const Cursor& at, void* value) const override { read_(at, *static_cast<T*>(value)); }
    Json dump(const void* value) const override { return dump_(*static_cast<const T*>(value)); }
    Json schema() const override { return schema_(); }

   private:
    Read read_;
    Dump dump_;
    Schema schema_;
  };

  AnyType any_;
};

/// What numbers are allowed.
struct Range {
  std::uint64_t min = 0;
  std::uint64_t max = std::numeric_limits<std::uint64_t>::max();
  bool power_of_two = false;
};

// Bounds of types, which parser, schema and reference take from here. They leave room for what the
// models add up and multiply: times stay below sim::kLatest, addresses in 57 bits.

/// The longest run, and the latest point of time in a run: 104 days.
inline constexpr sim::Duration kLongestRun = sim::seconds(9'000'000);
/// The largest single latency or cost.
inline constexpr sim::Duration kLongestLatency = sim::seconds(1'000);
/// A thread that wakes more often would do nothing else.
inline constexpr sim::Duration kShortestPeriod = sim::nanoseconds(1);
/// The bytes that 57 bits address.
inline constexpr std::uint64_t kMostBytes = 1ULL << 57;
/// A gap of Poisson arrivals is then, but for one in e^100, below sim::kLongestStep.
inline constexpr double kSlowestRate = 0.001;
/// A gap has 100 ps.
inline constexpr double kFastestRate = 1e10;
/// At it the largest operation, of 4 GiB, takes half of sim::kLongestStep.
inline constexpr double kSlowestBandwidth = 1e5;
inline constexpr double kFastestBandwidth = 1e15;

Type<std::uint64_t> integer(Range range = {});
Type<std::uint32_t> integer32(Range range = {});
Type<std::uint64_t> bytes(std::uint64_t min = 1, std::uint64_t max = kMostBytes);
Type<sim::Duration> duration(sim::Duration min = {}, sim::Duration max = kLongestLatency);
/// A point of time in the run, or a part of it.
Type<sim::Duration> time_of_run(sim::Duration min = {});
Type<double> share();
/// A rate from kSlowestRate to kFastestRate, or zero if `zero_allowed`.
Type<double> rate(bool zero_allowed = false);
/// A bandwidth from kSlowestBandwidth to kFastestBandwidth.
Type<double> bandwidth();
/// A number above `above` and up to `max`.
Type<double> real(double above, double max);
Type<bool> boolean();
Type<std::string> text();
/// A word of letters, digits, '_' and '-', which can stand in labels, paths and file names.
Type<std::string> name();
/// The path of a file that exists, found relative to where it is named, then to the working folder.
Type<std::string> existing_file();
/// A duration, or a distribution of durations.
Type<sim::DistributionSpec> latency();

/// Runs a reader of text on a scalar; a BadValue becomes the ConfigError of the place.
void read_scalar(const Cursor& at, const char* expected,
                 const std::function<void(const std::string&)>& reader);

template <class T>
Type<std::optional<T>> optional(const Type<T>& type) {
  return {[type](const Cursor& at, std::optional<T>& value) {
            T present = value.value_or(T{});
            type.read(at, present);
            value = std::move(present);
          },
          [type](const std::optional<T>& value) { return value ? type.dump(*value) : Json{}; },
          [type] { return type.schema(); }};
}

/// The codec of a map whose dump is nothing where the map would be empty.
AnyType unless_empty(const AnyType& map);

/// The type of a map that is not written at all when the map would be empty.
template <class T>
Type<T> unless_empty(const Type<T>& type) {
  return Type<T>(unless_empty(type.any()));
}

/// The schema of a list with at least one such element.
Json list_schema(const Codec& element);
/// Throws ConfigError unless the node is a list with an element.
void expect_filled_list(const Cursor& at);

/// A list with at least one element.
template <class T>
Type<std::vector<T>> list_of(const Type<T>& type) {
  return {[type](const Cursor& at, std::vector<T>& values) {
            expect_filled_list(at);
            values.assign(at.node.items.size(), T{});
            for (std::size_t i = 0; i < values.size(); ++i) type.read(at.item(i), values[i]);
          },
          [type](const std::vector<T>& values) -> Json {
            if (values.empty()) return {};
            Json list = Json::array();
            for (const auto& value : values) list.push_back(type.dump(value));
            return list;
          },
          [type] { return list_schema(type.any().codec()); }};
}

}  // namespace faultpath::scenarios
