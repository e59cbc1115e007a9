// Replays a sequence of page requests and register writes into the RISC-V page request queue.
#pragma once

#include "scenarios/validation/csv_table.hpp"
#include "scenarios/validation/replay.hpp"

namespace faultpath::scenarios {

/// One file of pri/: state is carried from row to row; the first row is RESET. Throws ConfigError
/// when the table is malformed.
void replay_page_requests(const CsvTable& table, ReplayCount& count);

}  // namespace faultpath::scenarios
