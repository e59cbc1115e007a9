// Whole runs, each in a child process: SimGrid has one engine a process, and a broken invariant
// ends only the child.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "models/assembly/system_spec.hpp"
#include "models/metrics/metrics.hpp"

namespace faultpath::models {

/// What is kept of a histogram.
struct Shape {
  std::uint64_t count = 0;
  sim::Duration min{}, max{};
  double mean_ns = 0.0;
  double stddev_ns = 0.0;
  sim::Duration p50{}, p99{};
  std::uint64_t digest = 0;  ///< of every bucket

  double sum_ns() const { return mean_ns * static_cast<double>(count); }
  bool operator==(const Shape&) const = default;
};
struct Level {
  double mean = 0.0;
  std::int64_t max = 0, final = 0;
  bool operator==(const Level&) const = default;
};

/// A RunOutcome as plain data. Gauges, distributions and stages are asked for by their names in the
/// contract; an unknown name aborts. A distribution that the outcome leaves out is empty.
struct Seen {
  static constexpr std::size_t kGauges = 6;
  static constexpr std::size_t kDistributions = 12;

  bool completed = false;
  std::uint64_t fingerprint = 0;
  sim::Duration simulated{};
  std::uint64_t events = 0;
  Counters counters;
  std::array<Level, kGauges> gauges{};
  std::array<Shape, kDistributions> distributions{};
  std::array<Shape, kFaultStages> stages{};
  std::uint64_t series_digest = 0;
  double least_in_series = 0.0;  ///< of all values of all series; 0 at most
  std::size_t drifts = 0;        ///< laws of queues that did not hold

  const Level& gauge(std::string_view name) const;
  const Shape& distribution(std::string_view name) const;
  const Shape& stage(std::string_view name) const;
};

/// Runs `spec` to its end in a child. When it has problems, gets stuck or breaks an invariant, the
/// test fails with what the child said, and `completed` is false.
Seen run(const SystemSpec& spec);

/// The first difference between two runs in words, "" when there is none but in `events`.
std::string difference(const Seen& a, const Seen& b);

/// Ended requests: answered, answered by the queue, dropped and discarded; and those that were
/// never answered, where answers get lost.
std::uint64_t ended_requests(const Counters& counters);

}  // namespace faultpath::models
