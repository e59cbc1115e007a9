// Who made the accesses of a recording: several files, jobs or processes.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "models/device/operation.hpp"
#include "scenarios/import.hpp"
#include "scenarios/line_reader.hpp"

namespace faultpath::scenarios {

/// Numbers the origins of accesses in the order in which each first comes, and writes the number
/// where ImportOptions::several says.
class Origins {
 public:
  /// `what`: "a second process"; `advice` on how to record without.
  Origins(Several several, const char* what, const char* advice)
      : several_(several), what_(what), advice_(advice) {}

  /// The access is by `origin`. Fails, naming both, when it is the second and several are refused,
  /// or when there are more than PASIDs.
  void assign(models::TraceEntry& entry, std::string_view origin, const LineReader& lines);

 private:
  Several several_;
  const char* what_;
  const char* advice_;
  std::vector<std::string> known_;
  std::size_t latest_ = 0;
};

}  // namespace faultpath::scenarios
