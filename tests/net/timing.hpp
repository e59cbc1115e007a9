// The pauses and periods of a scenario, which decide how much happens in a run.
#pragma once

#include <string>
#include <vector>

#include "tests/net/value_draw.hpp"

namespace faultpath::net {

struct Timing {
  std::string path;  ///< as in errors
  double ps = 0.0;   ///< how long; the mean gap of a rate
  /// It cannot be zero, as the period of a thread, or is a rate: a part of the system that goes on
  /// by itself. Others are pauses, which somebody waits for.
  bool is_period = false;
};

/// Of every duration and rate that is given.
std::vector<Timing> timings_of(const Json& scenario);

}  // namespace faultpath::net
