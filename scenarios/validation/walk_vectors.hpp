// Replays translations of a reference table.
#pragma once

#include "scenarios/validation/csv_table.hpp"
#include "scenarios/validation/replay.hpp"

namespace faultpath::scenarios {

/// One pair of files of walk/: every vector starts with the tables as `entries` has them and cold
/// caches. Throws ConfigError when a table is malformed.
void replay_walks(const CsvRow& manifest, const CsvTable& entries, const CsvTable& vectors,
                  const IsOddity& is_oddity, ReplayCount& count);

}  // namespace faultpath::scenarios
