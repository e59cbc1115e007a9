// A type of values in a scenario: how it is read, written and described. Declared once, used by the
// parser, `faultpath show`, the JSON Schema and the reference.
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "scenarios/node.hpp"
#include "sim/distribution.hpp"
#include "sim/time.hpp"

namespace faultpath::scenarios {

using Json = nlohmann::ordered_json;

template <class T>
struct Type {
  /// Reads a node over a value that holds what counts where the node is silent. Throws ConfigError.
  std::function<void(const Cursor&, T&)> read;
  /// The value as it would be written; null when nothing would be.
  std::function<Json(const T&)> dump;
  /// JSON Schema of it, with its kind in words under "x-type".
  std::function<Json()> schema;
};

/// What numbers are allowed.
struct Range {
  std::uint64_t min = 0;
  std::uint64_t max = std::numeric_limits<std::uint64_t>::max();
  bool power_of_two = false;
};

// Bounds of types, which parser, schema and reference take from here. They leave room for what the
// models add up and multiply: times stay below sim::kLatest, addresses in 57 bits.

/// Of a run, and of a point of time in it: 104 days.
inline constexpr sim::Duration kLongestRun = sim::seconds(9'000'000);
/// Of a single latency or cost.
inline constexpr sim::Duration kLongestLatency = sim::seconds(1'000);
/// A thread that wakes more often would do nothing else.
inline constexpr sim::Duration kShortestPeriod = sim::nanoseconds(1);
/// As many as 57 bits address.
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
/// From kSlowestRate to kFastestRate, or zero if that is allowed.
Type<double> rate(bool zero_allowed = false);
/// From kSlowestBandwidth to kFastestBandwidth.
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

/// One of some words. `later` are words of the contract that this version does not know yet.
struct Word {
  std::string word;
  std::string doc;
};
std::size_t read_word(const Cursor& at, const std::vector<Word>& words,
                      const std::vector<std::string>& later);
Json words_schema(const std::vector<Word>& words);

template <class E>
struct Named {
  E value;
  std::string word;
  std::string doc;
};
template <class E>
Type<E> word(std::vector<Named<E>> named, std::vector<std::string> later = {}) {
  std::vector<Word> words;
  for (const auto& one : named) words.push_back({one.word, one.doc});
  return {[=](const Cursor& at, E& value) { value = named[read_word(at, words, later)].value; },
          [named](const E& value) -> Json {
            for (const auto& one : named) {
              if (one.value == value) return one.word;
            }
            return {};
          },
          [words] { return words_schema(words); }};
}

template <class T>
Type<std::optional<T>> optional(Type<T> type) {
  const auto one = std::make_shared<const Type<T>>(std::move(type));
  return {[one](const Cursor& at, std::optional<T>& value) {
            T present = value.value_or(T{});
            one->read(at, present);
            value = std::move(present);
          },
          [one](const std::optional<T>& value) { return value ? one->dump(*value) : Json{}; },
          one->schema};
}

/// As the type of a map, but a dump of nothing where the map would be empty.
template <class T>
Type<T> unless_empty(Type<T> type) {
  const auto map = std::make_shared<const Type<T>>(std::move(type));
  return {map->read,
          [map](const T& value) {
            Json dumped = map->dump(value);
            return dumped.empty() ? Json{} : dumped;
          },
          map->schema};
}

/// A list with at least one element.
template <class T>
Type<std::vector<T>> list_of(Type<T> type) {
  const auto one = std::make_shared<const Type<T>>(std::move(type));
  return {[one](const Cursor& at, std::vector<T>& values) {
            expect_list(at);
            if (at.node.items.empty()) fail(at, "the list is empty");
            values.assign(at.node.items.size(), T{});
            for (std::size_t i = 0; i < values.size(); ++i) one->read(at.item(i), values[i]);
          },
          [one](const std::vector<T>& values) -> Json {
            Json list = Json::array();
            for (const auto& value : values) list.push_back(one->dump(value));
            return list.empty() ? Json{} : list;
          },
          [one] { return Json{{"type", "array"}, {"minItems", 1}, {"items", one->schema()}}; }};
}

}  // namespace faultpath::scenarios
