// The accesses of a log, kept until they can be given in the order of their times.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "models/device/operation.hpp"
#include "scenarios/importers.hpp"

namespace faultpath::scenarios {

class AccessList {
 public:
  explicit AccessList(const Recording& recording) : recording_(recording) {}

  /// `nanoseconds`: on the clock of the log, whatever its zero is.
  void add(const models::TraceEntry& entry, std::uint64_t nanoseconds) {
    timed_.push_back({nanoseconds, entry});
  }

  /// When times are kept: in their order, equal ones in the order of the log, the first at time
  /// zero. Throws ConfigError when they span more than the longest run. When they are not kept: in
  /// the order of the log.
  void give_to(const TraceSink& sink);

 private:
  struct Timed {
    std::uint64_t nanoseconds;
    models::TraceEntry entry;
  };

  const Recording& recording_;
  std::vector<Timed> timed_;
};

}  // namespace faultpath::scenarios
