// Why a system cannot be run.
#pragma once

#include <string>

namespace faultpath::models {

/// Why a spec cannot be run although each value is in its range, with the path of the key that is
/// at fault: ("devices[0].pri.allocation", "32 is above the capacity of 16").
struct SpecProblem {
  std::string path, message;
};

}  // namespace faultpath::models
