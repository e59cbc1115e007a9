// Why a system cannot be run.
#pragma once

#include <string>

namespace faultpath::models {

/// Why a spec cannot be run although each value is in its range, with the path of the key that is
/// at fault: ("devices[0].pri.allocation", "32 is above the capacity of 16").
struct SpecProblem {
  std::string path, message;
  /// Nothing is wrong with the key, but nothing reads it in this run. Another run of the same
  /// scenario, with another strategy or variant, may read it: then it is no problem.
  bool unused = false;
};

}  // namespace faultpath::models
