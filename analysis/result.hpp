// A faultpath.result/1 as data: what the runs of an experiment recorded, and under which scenario.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/histogram.hpp"
#include "analysis/json.hpp"
#include "analysis/trail.hpp"

namespace faultpath::analysis {

inline constexpr std::string_view kResultSchema = "faultpath.result/1";

/// A text is no result that this program reads. what() is one line: the file, where in it, what was
/// expected and what was found.
class ResultError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

struct Counter {
  std::string name;
  std::uint64_t value = 0;
};
struct Gauge {
  std::string name;
  double mean = 0.0, max = 0.0, final = 0.0;
};

/// The quantiles that a result states, under the names of its members.
struct NamedQuantile {
  std::string_view name;
  double q;
};
inline constexpr std::array<NamedQuantile, 5> kQuantiles{
    {{"p50", 0.5}, {"p90", 0.9}, {"p95", 0.95}, {"p99", 0.99}, {"p999", 0.999}}};

/// Durations of one kind in one run, or merged of several. In nanoseconds but for the histogram.
/// All zeros when `count` is 0.
struct Distribution {
  std::string name;
  std::uint64_t count = 0;
  double mean = 0.0, stddev = 0.0, min = 0.0, max = 0.0;  ///< stddev of the population
  Histogram histogram;

  /// Interpolated inside its bucket, between min and max, as a whole number of picoseconds.
  /// Requires a value and 0 < q <= 1.
  double quantile(double q) const;
};

/// The time that the faults of a run spent in one stage, in nanoseconds.
struct Stage {
  std::string name;
  std::uint64_t count = 0;
  double mean = 0.0, p99 = 0.0;
};

/// What belongs to one name of a dimension: to the devices that are called `nic`, say.
struct Part {
  std::string name;
  bool is_observed = true;  ///< false: a load in the background, without operations in here
  std::vector<Counter> counters;
  std::vector<Distribution> distributions;
};
/// A run in parts. What they list sums, and merges, to what the run has under the same names.
struct Breakdown {
  std::string dimension;  ///< `device`
  std::vector<Part> parts;
};

/// The guests of a host, all of them together.
struct GuestsOfHost {
  std::uint64_t count = 0;
  std::string backing;  ///< who holds their memory: `iopf`; each kind once, as `iopf + pin`
};

/// One replication of one case.
struct Run {
  std::string variant, strategy;
  std::uint64_t replication = 0, seed = 0;
  std::string fingerprint;  ///< 16 hexadecimal digits
  double simulated_ns = 0.0;
  double measured_ns = 0.0;  ///< the part of simulated_ns that the statistics cover
  double wall_s = 0.0;       ///< 0 in a baseline
  std::uint64_t events = 0, peak_rss_bytes = 0;
  std::vector<Counter> counters;
  std::vector<Gauge> gauges;
  std::vector<Distribution> distributions;
  std::vector<Stage> stages;
  Trail trail;  ///< empty where the result has none
  /// As they stand in the result: series over time, and stages at percentiles. Empty objects where
  /// the result has none, or was read without them; as `by` is empty then.
  Json series = Json::object(), blame_ns = Json::object();
  Json blame_scopes_ns = Json::object();  ///< the same by whose time it is; with guests only
  std::optional<GuestsOfHost> guests;     ///< absent without guests
  std::vector<Breakdown> by;

  /// `strategy`, or `variant/strategy` when there is a variant.
  std::string label() const;
  /// Null when the run has none of that name.
  const Counter* counter(std::string_view name) const;
  const Gauge* gauge(std::string_view name) const;
  const Distribution* distribution(std::string_view name) const;
  /// The parts by `dimension`; none when the run has no such dimension.
  std::span<const Part> parts(std::string_view dimension) const;
};

/// When, with which program and why a baseline was written.
struct HistoryEntry {
  std::string date;       ///< ISO 8601, UTC
  std::string faultpath;  ///< version of the program
  std::string because;    ///< may be empty
};

struct ScenarioIdentity {
  std::string name, sha256;
  Json resolved = Json::object();  ///< every key, defaults included
};

struct Result {
  std::string faultpath;  ///< version of the program that made it
  ScenarioIdentity scenario;
  double confidence = 0.95;
  std::vector<Run> runs;
  std::vector<HistoryEntry> history;  ///< of a baseline, oldest first
  Json curve = Json::object();        ///< a faultpath.curve/1; empty where the result is none
};

/// The runs of one case, in the order of the result. Points into what it was made of.
struct Case {
  std::string label;
  std::vector<const Run*> runs;
};
/// By label, in order of first appearance.
std::vector<Case> cases_of(const std::vector<Run>& runs);

}  // namespace faultpath::analysis
