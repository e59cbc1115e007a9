// Run series: what is followed over the time of a run, for the series of its result.
#pragma once

#include <vector>

#include "models/device/device_stats.hpp"
#include "models/iommu/iommu.hpp"
#include "models/memory/io_mapping.hpp"
#include "models/memory/memory.hpp"
#include "models/metrics/metrics.hpp"
#include "sim/level_series.hpp"

namespace faultpath::models {

/// Whose levels are followed. References outlive the series.
struct FollowedStats {
  IoMappingStats& mapping;
  MemoryStats& memory;
  IommuStats& iommu;
  DeviceMetrics& devices;
};

class RunSeries {
 public:
  /// The devices start at `epoch`. Levels are followed only where `with_levels`.
  void start(sim::Time epoch, const FollowedStats& stats, bool with_levels);
  /// Remembers the levels up to now.
  void keep();
  /// Levels have been what they were when keep() was called last. Nothing changes any more.
  void return_to_kept();
  /// The series up to `end`, each with a step of its own, in the order of series_table(). Without
  /// levels only those of operations.
  std::vector<SeriesResult> result(sim::Time end, const FollowedStats& stats);

 private:
  bool with_levels_ = false;
  sim::Time epoch_{};
  struct Levels {
    sim::LevelSeries locked, resident, mapped, queue_depth, outstanding;
  };
  Levels levels_, kept_;
};

}  // namespace faultpath::models
