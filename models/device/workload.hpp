// Workload: the operations of one context of a device, in order.
#pragma once

#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "models/device/device_spec.hpp"
#include "models/device/operation.hpp"
#include "sim/random.hpp"
#include "sim/time.hpp"

namespace faultpath::models {

/// Variants: one file each in workloads/, one row each in workload_kinds(). A workload never looks
/// at the clock.
class Workload {
 public:
  virtual ~Workload() = default;
  /// The next operation; nothing when a trace has ended.
  virtual std::optional<Operation> next() = 0;
  /// True when next() will give nothing any more.
  virtual bool ended() const { return false; }
  /// When the next operation is due by the recording; nothing unless the workload is timed.
  virtual std::optional<sim::Time> due() { return std::nullopt; }
};

/// The part of a trace that one context of one instance replays. Contexts share it when the trace
/// names no PASIDs.
class TraceCursor;

/// What a workload is made from.
struct WorkloadSource {
  const WorkloadSpec& spec;
  Iova base;  ///< where the footprint starts
  sim::RandomStream stream;
  std::shared_ptr<TraceCursor> cursor;  ///< for traces
};

/// One row for each: its name in a scenario, and what makes it. In the order of WorkloadKind.
struct WorkloadInfo {
  WorkloadKind kind;  ///< with its defaults
  std::string_view name, description;
  std::unique_ptr<Workload> (*make)(const WorkloadSource& source);
};
const std::vector<WorkloadInfo>& workload_kinds();
const WorkloadInfo& info_of(const WorkloadKind& kind);
std::unique_ptr<Workload> make_workload(const WorkloadSource& source);

/// From one pass of a repeated recording to the next: the time from its first access to its last,
/// and a gap of mean length more. So it goes on at the rate of the recording, and no pass begins
/// where the one before ends. At least a picosecond longer than the recording; zero if that spans
/// no time.
sim::Duration period_of(const TraceData& trace);

/// The cursors of an instance, one for each context. Without PASIDs in the trace they are the same.
std::vector<std::shared_ptr<TraceCursor>> make_cursors(const Trace& trace, std::uint32_t instance,
                                                       std::uint32_t contexts, bool repeat);

}  // namespace faultpath::models
