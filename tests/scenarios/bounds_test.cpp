// The bounds that the schema publishes are those that the parser keeps, for every key.
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <sstream>
#include <string>
#include <vector>

#include "scenarios/keys/tables.hpp"
#include "scenarios/quantity.hpp"
#include "tests/scenarios/scratch.hpp"

namespace faultpath::scenarios {
namespace {

// A value at a bound, and the next one beyond it.
struct Bound {
  std::string path, at, beyond, message;
  std::vector<std::string> kinds = {};  // settings without which the key is unknown
};

std::string next(const std::string& type, const std::string& text, bool up) {
  const double factor = up ? 1.5 : 0.5;
  if (type == "rate") return rate_text(parse_rate(text) * factor);
  if (type == "bandwidth") return bandwidth_text(parse_bandwidth(text) * factor);
  if (type == "size") {
    const std::uint64_t bytes = parse_bytes(text);
    return bytes_text(up ? bytes + 1 : bytes - 1);
  }
  return duration_text(parse_duration(text) + sim::picoseconds(up ? 1 : -1));
}

bool is_zero(const std::string& text) { return text[0] == '0' && text[1] != '.'; }

void add_text_bounds(const std::string& path, const Json& schema, std::vector<Bound>& bounds) {
  const std::string type = schema["x-type"];
  const std::string least = schema["x-minimum"], most = schema["x-maximum"];
  const auto either = least.find(", or ");
  const std::string small = either == std::string::npos ? least : least.substr(either + 5);
  if (!is_zero(small)) {
    bounds.push_back({path, small, next(type, small, false), "must be at least " + small});
  }
  bounds.push_back({path, most, next(type, most, true), "must be at most " + most});
}

void add_number_bounds(const std::string& path, const Json& schema, std::vector<Bound>& bounds) {
  const bool is_power = schema.value("x-type", "") == "power of two";
  if (schema.contains("minimum") && schema["minimum"] > 0) {
    const auto least = schema["minimum"].get<std::uint64_t>();
    bounds.push_back({path, std::to_string(least), std::to_string(least - 1),
                      "must be at least " + std::to_string(least)});
  }
  if (!schema.contains("maximum")) return;
  const auto most = schema["maximum"].get<double>();
  const auto whole = static_cast<std::uint64_t>(most);
  bounds.push_back({path, std::to_string(whole), std::to_string(is_power ? 2 * whole : whole + 1),
                    "must be at most"});
}

// "unless kind is zipf or phases" becomes "kind=zipf": a key of some kinds is unknown to the
// others.
std::string kind_of(const Json& properties, const std::string& key) {
  std::istringstream only(properties[key].value("x-only", ""));
  std::string unless, tag, is, word;
  only >> unless >> tag >> is >> word;
  if (unless != "unless" || is != "is" || !properties.contains(tag)) return {};
  word = word.substr(0, word.find(','));
  const Json words = properties[tag].value("enum", Json::array());
  return std::ranges::find(words, Json(word)) != words.end() ? tag + "=" + word : "";
}

void collect(const std::string& path, const Json& schema, const std::vector<std::string>& kinds,
             std::vector<Bound>& bounds) {
  const std::size_t first = bounds.size();
  if (schema.contains("x-maximum")) add_text_bounds(path, schema, bounds);
  if (schema.contains("maximum") || schema.contains("minimum")) {
    add_number_bounds(path, schema, bounds);
  }
  for (std::size_t i = first; i < bounds.size(); ++i) bounds[i].kinds = kinds;
  if (!schema.contains("properties")) return;
  const std::string below = path.empty() ? "" : path + ".";
  for (const auto& [key, property] : schema["properties"].items()) {
    auto all = kinds;
    const std::string kind = kind_of(schema["properties"], key);
    if (!kind.empty()) all.push_back(below + kind);
    collect(below + key, property, all, bounds);
  }
}

std::vector<Bound> all_bounds() {
  std::vector<Bound> bounds;
  collect("", document_keys().schema(), {}, bounds);
  collect("devices[0]", device_keys().schema(), {}, bounds);
  return bounds;
}

std::vector<std::string> with_its_kind(const Bound& bound, const std::string& value) {
  std::vector<std::string> settings = bound.kinds;
  settings.push_back(bound.path + "=" + value);
  return settings;
}

TEST(Bounds, AreThoseOfTheSchemaForEveryKey) {
  const auto bounds = all_bounds();
  const Scratch scratch;
  EXPECT_GT(bounds.size(), 100U);
  for (const auto& bound : bounds) {
    const std::string error = scratch.error(minimal(), with_its_kind(bound, bound.beyond));
    EXPECT_NE(error.find(bound.message), std::string::npos) << bound.path << ": " << error;
  }
}

// What is refused at a bound is refused because of other keys.
TEST(Bounds, AllowTheValueAtTheBoundItself) {
  const Scratch scratch;
  for (const auto& bound : all_bounds()) {
    try {
      scratch.load(minimal(), with_its_kind(bound, bound.at));
    } catch (const ConfigError& error) {
      EXPECT_EQ(error.message().find("must be at"), std::string::npos)
          << bound.path << ": " << error.what();
    }
  }
}

TEST(Bounds, OfALatencyHoldInsideItsDistributions) {
  const Scratch scratch;
  for (const char* latency :
       {"{dist: uniform, low: 1ns, high: 1001s}", "{dist: exponential, mean: 1001s}",
        "{dist: gamma, mean: 1us, shape: 1000001}", "{dist: pareto, minimum: 1us, shape: 1e9}"}) {
    const auto error = scratch.error(minimal(std::string("host: {submit: ") + latency + "}"));
    EXPECT_NE(error.find("must be at most"), std::string::npos) << latency << ": " << error;
  }
}

TEST(Bounds, OfMemoryAreByAnEstimateThatBlamesTheLargestPart) {
  const Scratch scratch;
  const auto blames = [&](const std::vector<std::string>& sets, const std::string& path) {
    const auto error = scratch.error(minimal(), sets);
    EXPECT_NE(error.find(path + ": the run would hold about"), std::string::npos) << error;
  };
  blames({"iommu.queue_entries=2147483648"}, "iommu.queue_entries");
  blames({"duration=100s", "devices[0].reset.every=1ps"}, "devices[0].reset.every");
  blames({"devices[0].count=100000", "devices[0].ats.entries=1048576"}, "devices[0].ats.entries");
  blames({"devices[0].count=100000", "devices[0].contexts=100000",
          "devices[0].workload.queue_depth=1"},
         "devices[0].contexts");
}

TEST(Bounds, RefuseAGroupThatNeverFitsIntoTheQueue) {
  const Scratch scratch;
  scratch.load(minimal("iommu: {queue_entries: 8}"), {"devices[0].pri.group=8"});
  const auto error =
      scratch.error(minimal("iommu: {queue_entries: 8}"), {"devices[0].pri.group=9"});
  EXPECT_NE(error.find("devices[0].pri.group: a group of 9 never fits"), std::string::npos)
      << error;
}

}  // namespace
}  // namespace faultpath::scenarios
