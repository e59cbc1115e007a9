// Running a system in a child and handing the outcome back through shared memory.
#include "tests/models/forked_run.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <new>
#include <string>
#include <type_traits>

#include "models/assembly/run.hpp"
#include "sim/ensure.hpp"

namespace faultpath::models {
namespace {

static_assert(std::is_trivially_copyable_v<Seen>);

std::uint64_t mix(std::uint64_t hash, std::uint64_t value) {
  return (hash ^ value) * 0x100000001b3;  // FNV-1a, a word at a time
}

Shape shape_of(const sim::Histogram& histogram) {
  Shape shape{
      histogram.count(),     histogram.min(),         histogram.max(),          histogram.mean_ns(),
      histogram.stddev_ns(), histogram.quantile(0.5), histogram.quantile(0.99), 0};
  for (const auto& bucket : histogram.buckets()) {
    shape.digest =
        mix(mix(shape.digest, static_cast<std::uint64_t>(bucket.low.count())), bucket.count);
  }
  return shape;
}

std::uint64_t digest_of(const std::vector<SeriesResult>& series) {
  std::uint64_t digest = 0;
  for (const SeriesResult& each : series) {
    digest = mix(digest, static_cast<std::uint64_t>(each.step.count()));
    for (const double value : each.values) {
      const auto thousandths = static_cast<std::int64_t>(value * 1e3);
      digest = mix(digest, static_cast<std::uint64_t>(thousandths));
    }
  }
  return digest;
}

double least_in(const std::vector<SeriesResult>& series) {
  double least = 0.0;
  for (const SeriesResult& each : series) {
    for (const double value : each.values) least = std::min(least, value);
  }
  return least;
}

template <class Table>
std::size_t place_of(const Table& table, std::string_view name) {
  for (std::size_t i = 0; i < table.size(); ++i) {
    if (table[i].name == name) return i;
  }
  ENSURE(false, "a test asks for names of the contract");
  return 0;
}

Seen seen_of(const RunOutcome& outcome) {
  Seen seen;
  seen.fingerprint = outcome.fingerprint;
  seen.simulated = outcome.simulated;
  seen.events = outcome.events;
  seen.counters = outcome.counters;
  seen.drifts = outcome.drifts.size();
  for (const LawDrift& drift : outcome.drifts) {
    std::cerr << "drift of " << drift.name << ": " << drift.by_level << " by its level, "
              << drift.by_times << " by its times\n";
  }
  for (std::size_t i = 0; i < Seen::kGauges; ++i) {
    const GaugeResult& gauge = outcome.gauges.at(i);
    ENSURE(gauge.name == gauge_table()[i].name, "gauges are in the order of their table");
    seen.gauges[i] = {gauge.mean, gauge.max, gauge.final};
  }
  for (const DistributionResult& distribution : outcome.distributions) {
    seen.distributions[place_of(distribution_table(), distribution.name)] =
        shape_of(distribution.histogram);
  }
  for (std::size_t i = 0; i < outcome.stages.size(); ++i) {
    ENSURE(outcome.stages.at(i).name == stage_table()[i].name, "stages are in order");
    seen.stages[i] = shape_of(outcome.stages.at(i).histogram);
  }
  seen.series_digest = digest_of(outcome.series);
  seen.least_in_series = least_in(outcome.series);
  seen.completed = true;
  return seen;
}

// Several times what any of the tests needs: a run that never ends is killed.
#ifdef FAULTPATH_SANITIZE
constexpr rlim_t kSeconds = 60;
#else
constexpr rlim_t kSeconds = 10;
#endif

[[noreturn]] void run_in_child(const SystemSpec& spec, Seen& result) {
  const rlimit limit{kSeconds, kSeconds};
  setrlimit(RLIMIT_CPU, &limit);
  int status = 0;
  try {
    for (const SpecProblem& problem : problems_of(spec)) {
      if (problem.unused) continue;
      fmt::print(stderr, "{}: {}\n", problem.path, problem.message);
      status = 1;
    }
    if (status == 0) result = seen_of(run_system(spec));
  } catch (const std::exception& error) {
    fmt::print(stderr, "{}\n", error.what());
    status = 1;
  }
  std::fflush(stderr);
  std::_Exit(status);
}

}  // namespace

const Level& Seen::gauge(std::string_view name) const {
  return gauges[place_of(gauge_table(), name)];
}
const Shape& Seen::distribution(std::string_view name) const {
  return distributions[place_of(distribution_table(), name)];
}
const Shape& Seen::stage(std::string_view name) const {
  return stages[place_of(stage_table(), name)];
}

Seen run(const SystemSpec& spec) {
  void* const memory =
      mmap(nullptr, sizeof(Seen), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  ENSURE(memory != MAP_FAILED, "a page of shared memory");
  Seen& shared = *new (memory) Seen;
  std::fflush(nullptr);
  const pid_t child = fork();
  ENSURE(child >= 0, "a child process");
  if (child == 0) run_in_child(spec, shared);
  int status = 0;
  waitpid(child, &status, 0);
  Seen seen = shared;
  munmap(memory, sizeof(Seen));
  seen.completed = seen.completed && WIFEXITED(status) && WEXITSTATUS(status) == 0;
  EXPECT_TRUE(seen.completed) << "the run has failed with wait status " << status
                              << "; its message stands above";
  return seen;
}

std::string difference(const Seen& a, const Seen& b) {
  for (const CounterInfo& info : counter_table()) {
    const std::uint64_t left = a.counters.*info.member, right = b.counters.*info.member;
    if (left != right) return fmt::format("{}: {} and {}", info.name, left, right);
  }
  for (std::size_t i = 0; i < Seen::kDistributions; ++i) {
    if (a.distributions[i] != b.distributions[i]) return std::string(distribution_table()[i].name);
  }
  for (std::size_t i = 0; i < kFaultStages; ++i) {
    if (a.stages[i] != b.stages[i]) return fmt::format("stage {}", stage_table()[i].name);
  }
  for (std::size_t i = 0; i < Seen::kGauges; ++i) {
    if (a.gauges[i] != b.gauges[i]) return std::string(gauge_table()[i].name);
  }
  if (a.simulated != b.simulated) return "simulated time";
  if (a.series_digest != b.series_digest) return "series";
  return a.fingerprint == b.fingerprint ? "" : "fingerprint";
}

std::uint64_t ended_requests(const Counters& counters) {
  return counters.requests_answered + counters.auto_responses + counters.requests_dropped +
         counters.requests_discarded + counters.requests_unanswered;
}

}  // namespace faultpath::models
