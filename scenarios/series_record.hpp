// Series in a run record: brought to one step, in one run and over the cases of an experiment.
#pragma once

#include <nlohmann/json.hpp>

#include "models/metrics/metrics.hpp"

namespace faultpath::scenarios {

/// The series of one run with the widest of their steps, but at most 512 of them:
/// `{"step_ns": 1048.576, "operations": [..], ..., "overflow_intervals_ns": [[begin, end], ...]}`.
/// All have as many values, for the time that was simulated. Steps are powers of two of
/// picoseconds, as all series begin with the same one and double it.
nlohmann::ordered_json series_record(const models::RunOutcome& outcome);

/// Of `runs`, the records of one experiment: leaves series to the replications 0 only, all with the
/// widest of their steps. Joins intervals of overflow that lie closer than a step.
void keep_series_of_first(nlohmann::ordered_json& runs);

}  // namespace faultpath::scenarios
