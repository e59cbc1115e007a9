// What the golden tests share: a timeline as a list of hops, and the records of a run.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/time.hpp"
#include "sim/trace_sink.hpp"

namespace faultpath::models {

/// One step of a timeline that is computed by hand.
struct GoldenHop {
  const char* what;                 ///< for the reader
  double ns;                        ///< it takes so long; three decimals are picoseconds
  const char* component = nullptr;  ///< that writes a record at its end; null: none does
  const char* record = nullptr;
};

/// For each component its records in the order of time, as "picoseconds record".
using Records = std::map<std::string, std::vector<std::string>>;

/// The records of a run.
class RecordLog final : public sim::TraceSink {
 public:
  void record(const sim::TraceRecord& record) override {
    const auto at = record.at.time_since_epoch().count();
    records_[record.component].push_back(std::to_string(at) + ' ' + record.kind);
  }
  const Records& records() const { return records_; }

 private:
  Records records_;
};

/// From the start of a timeline until the first hop with this record has ended; null: until the
/// last hop has.
inline sim::Duration time_until(const std::vector<GoldenHop>& hops, const char* record) {
  sim::Duration at{};
  for (const GoldenHop& hop : hops) {
    at += sim::picoseconds(std::llround(hop.ns * 1000.0));
    const bool has_record = record != nullptr && hop.record != nullptr;
    if (has_record && std::string_view(hop.record) == record) return at;
  }
  return at;
}

/// Timelines that begin at times of their own, and the records that they expect together.
class Timelines {
 public:
  /// Adds hops that begin at `start` and follow each other without a gap.
  void add(sim::Duration start, const std::vector<GoldenHop>& hops) {
    sim::Duration at = start;
    for (const GoldenHop& hop : hops) {
      at += sim::picoseconds(std::llround(hop.ns * 1000.0));
      if (hop.record != nullptr) expected_[hop.component].emplace_back(at, hop.record);
    }
  }
  /// Records of one component at the same time stand in the order in which they were added.
  Records records() const {
    Records all;
    for (auto [component, entries] : expected_) {
      std::ranges::stable_sort(entries, {}, &Entry::first);
      for (const auto& [at, record] : entries) {
        all[component].push_back(std::to_string(at.count()) + ' ' + record);
      }
    }
    return all;
  }

 private:
  using Entry = std::pair<sim::Duration, std::string>;
  std::map<std::string, std::vector<Entry>> expected_;
};

}  // namespace faultpath::models
