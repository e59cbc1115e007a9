// One replication of one case as a piece of work, and what it hands back.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "analysis/result.hpp"
#include "models/assembly/system_spec.hpp"
#include "models/metrics/metrics.hpp"

namespace faultpath::cli {

/// What is to be simulated: the spec has strategy, seed and replication.
struct RunJob {
  std::string variant;
  models::SystemSpec spec;
};

struct RunRecord {
  std::string text;   ///< an element of `runs`, as JSON
  analysis::Run run;  ///< the same, as data
};

/// A run that has no record.
struct FailedRun {
  std::string variant, strategy;
  unsigned replication = 0;
  std::uint64_t seed = 0;
  std::string reason;  ///< which run it is, and why it failed
  bool is_bad_input =
      false;  ///< the scenario asks for what cannot be; else a run broke or is stuck
};

/// A law of queues that does not hold in a run, in words. Every run is checked; a worker says so.
std::string drift_text(const models::LawDrift& drift);

struct RunRecords {
  std::vector<RunRecord> records;
  std::vector<FailedRun> failed;
};

/// Executes each in a worker process, `parallel` at a time, in whatever order; records and failures
/// come in the order of the jobs. A run that fails does not keep the others from their end. One
/// that counts nothing because of its warm-up has failed, for bad input. What workers wrote to
/// stderr is passed on. `what` is named before the progress bar; null for none. Throws Interrupted.
/// Requires an InterruptGuard.
RunRecords run_records(const std::vector<RunJob>& jobs, std::size_t parallel, const char* what);

}  // namespace faultpath::cli
