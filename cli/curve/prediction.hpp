// Faults against the locked limit without time: from the order of accesses alone.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "analysis/interval.hpp"
#include "cli/curve/limited_system.hpp"

namespace faultpath::cli {

/// Operations of a run, over all devices: those that were issued first are not counted.
struct Stretch {
  std::uint64_t operations = 0, uncounted = 0;
  bool operator==(const Stretch&) const = default;
};

/// A limit at which a run is to be predicted.
struct PredictedRun {
  std::uint64_t limit = 0;
  Stretch stretch;
  double waiting = 0.0;  ///< faults that wait to be served, in the mean over time
};

struct PredictionRequest {
  unsigned replication = 0;
  Stretch stretch;                    ///< of the curve
  std::vector<std::uint64_t> limits;  ///< of the curve
  std::vector<PredictedRun> runs;
  double sample = 1.0;  ///< the share of the pages that are looked at; of all of them it is exact
  double confidence = 0.95;
};

struct PredictedFaults {
  double at_once = 0.0;  ///< when each fault is served at once
  double waiting = 0.0;  ///< when as many wait as in the run
};

/// What one replication says.
struct Prediction {
  std::uint64_t accesses = 0;              ///< of pages of the limited tables, counted
  std::uint64_t pages = 0;                 ///< different ones; of a sample its own
  std::vector<analysis::Interval> faults;  ///< of each limit; with an interval if it is a sample
  std::vector<PredictedFaults> runs;       ///< of each run; none of a sample
};

/// Plays the accesses of a replication. Memory: 4 bytes for an access and some 30 for a page, 4
/// more for each limit when the list is by mapping; of a sample that of its pages.
Prediction predict(const LimitedSystem& system, const PredictionRequest& request);

/// The same in worker processes, one for each request.
std::vector<Prediction> predict_all(const LimitedSystem& system,
                                    const std::vector<PredictionRequest>& requests,
                                    std::size_t parallel);

/// As many operations as `spec` issues whatever happens to them: those it is to stop after, or
/// those of its recordings. Absent when the end depends on time or faults.
std::optional<std::uint64_t> known_operations(const models::SystemSpec& spec);

/// Why predicted faults are not those of the simulation, each a sentence; empty when nothing is
/// known.
std::vector<std::string> caveats_of(const LimitedSystem& system);

}  // namespace faultpath::cli
