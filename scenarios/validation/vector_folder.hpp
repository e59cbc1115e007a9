// A folder of reference vectors: finds the files and replays them all.
#pragma once

#include <string>

#include "scenarios/validation/replay.hpp"

namespace faultpath::scenarios {

struct VectorReport {
  ReplayCount page_requests;
  ReplayCount walks;
  std::size_t exotic = 0;  ///< sequences of page requests in which software does unusual things

  bool good() const { return page_requests.good() && walks.good(); }
};

/// `folder` has pri/ with manifest.csv and sequences, or walk/ with manifest.csv and pairs
/// NAME.table.csv and NAME.vec.csv, or both; xcheck/*-walk-oddities.csv if the reference is odd
/// somewhere. Throws ConfigError when there is neither, when a manifest and its folder disagree, or
/// when a file is malformed.
VectorReport replay_vectors(const std::string& folder);

}  // namespace faultpath::scenarios
