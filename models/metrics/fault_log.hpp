// Fault log: the records of all faults that are under way, with the times of their milestones.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "models/base/fault_id.hpp"
#include "models/metrics/metrics.hpp"
#include "sim/pool.hpp"
#include "sim/stages.hpp"
#include "sim/time.hpp"

namespace faultpath::models {

/// Owns the records. Whoever handles a fault marks when it enters a stage, by the fault's id alone.
class FaultLog {
 public:
  using Clock = sim::StageClock<FaultStage>;

  FaultLog() = default;
  FaultLog(const FaultLog&) = delete;
  FaultLog& operator=(const FaultLog&) = delete;

  /// A fault of this function, whose translation was asked for at `missed`.
  FaultId begin(std::uint32_t function, sim::Time missed);
  /// The fault has entered a stage, or will have at `at`. No effect if the id is stale or names no
  /// fault. What somebody has said of a later time is forgotten: where an answer was another
  /// group's, which had the same index, the fault goes on while its own group is still in work.
  void enter(const FaultId& id, sim::Time at, FaultStage stage) {
    if (Record* const record = find(id)) enter(record->clock, at, stage);
  }
  static void enter(Clock& clock, sim::Time at, FaultStage stage) {
    if (clock.entered() > at) clock.forget_after(at);
    clock.enter(at, stage);
  }
  /// Everything later than `at` has not happened. All ids of the fault go stale; the new one is
  /// returned, `id` itself if it was stale before.
  FaultId take_back(const FaultId& id, sim::Time at);

  // For who has begun the fault: whatever became of its id since.

  /// The id by which others refer to it now.
  FaultId current(const FaultId& id) const;
  /// Its milestones so far.
  Clock& clock(const FaultId& id) { return record(id).clock; }
  /// The fault has ended; its id and its record are given back.
  void release(const FaultId& id);

 private:
  struct Record {
    std::uint32_t generation = 0;
    Clock clock;
  };
  Record& record(const FaultId& id) { return (*functions_[id.function])[id.slot]; }
  const Record& record(const FaultId& id) const { return (*functions_[id.function])[id.slot]; }
  Record* find(const FaultId& id) {
    if (id.generation == 0) return nullptr;
    Record& found = record(id);
    return found.generation == id.generation ? &found : nullptr;
  }

  std::vector<std::unique_ptr<sim::Pool<Record>>> functions_;
};

/// For each stage the one that is entered in its place.
using StageMap = std::array<FaultStage, kFaultStages>;

/// How a component marks faults: in the log that it has been given, if any.
class FaultMarks {
 public:
  /// `stages` outlives this; null: stages are entered as they are.
  void connect(FaultLog& log, const StageMap* stages = nullptr) {
    log_ = &log;
    stages_ = stages;
  }
  void enter(const FaultId& id, sim::Time at, FaultStage stage) const {
    if (log_ == nullptr) return;
    log_->enter(id, at, stages_ == nullptr ? stage : (*stages_)[static_cast<std::size_t>(stage)]);
  }
  FaultId take_back(const FaultId& id, sim::Time at) const {
    return log_ != nullptr ? log_->take_back(id, at) : id;
  }
  /// As FaultLog::current(), of a fault that has not ended; `id` itself if it is none.
  FaultId current(const FaultId& id) const {
    return log_ != nullptr && id.generation != 0 ? log_->current(id) : id;
  }

 private:
  FaultLog* log_ = nullptr;
  const StageMap* stages_ = nullptr;
};

}  // namespace faultpath::models
