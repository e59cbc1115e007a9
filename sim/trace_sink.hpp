// Where components send typed records of what they do, when somebody listens.
#pragma once

#include <cstdint>

#include "sim/time.hpp"

namespace faultpath::sim {

/// One thing that happened. `kind` and `key` mean what the component says they mean.
struct TraceRecord {
  Time at;
  const char* component;  ///< path; lives as long as the simulation
  const char* kind;       ///< static text
  std::uint64_t key;
};

/// Receives records, each component's in its own order. Without a sink a record costs one branch.
class TraceSink {
 public:
  virtual ~TraceSink() = default;
  virtual void record(const TraceRecord& record) = 0;
};

}  // namespace faultpath::sim
