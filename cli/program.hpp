// The program: from arguments to an exit status.
#pragma once

namespace faultpath::cli {

/// 0 good; 1 a regression or a failed validation; 2 the input or the usage is wrong; 3 an invariant
/// broke or the simulation is stuck; 130 interrupted. What went wrong stands on stderr.
int run_program(int argc, const char* const* argv);

}  // namespace faultpath::cli
