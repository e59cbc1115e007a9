// Running the window in which two runs part in both programs, to find the event.
#pragma once

#include <string>

#include "analysis/check.hpp"

namespace faultpath::cli {

/// The program at `base_program` made `base`; this one made `now`. Simulates each run that parts in
/// both, as their results have resolved it, and sets the `events` of its divergence. Recordings are
/// looked for from the working directory. Throws UsageError when `base_program` cannot trace a run,
/// and when both do the same, because then it is not the one that made `base`.
void replay(const std::string& base_program, const analysis::Result& base,
            const analysis::Result& now, analysis::Check& check);

}  // namespace faultpath::cli
