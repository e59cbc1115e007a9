// trace: a recorded sequence of operations.
#pragma once

#include <memory>
#include <optional>
#include <utility>

#include "models/device/workloads/trace_cursor.hpp"

namespace faultpath::models {

class Replay final : public Workload {
 public:
  explicit Replay(const WorkloadSource& source) : cursor_(source.cursor) {}

  std::optional<Operation> next() override {
    const TraceEntry* const entry = cursor_->peek();
    if (entry == nullptr) return std::nullopt;
    const Operation operation = entry->operation;
    cursor_->advance();
    return operation;
  }
  bool ended() const override { return cursor_->peek() == nullptr; }
  std::optional<sim::Time> due() override {
    const TraceEntry* const entry = cursor_->peek();
    if (entry == nullptr || !cursor_->timed()) return std::nullopt;
    return sim::later(cursor_->pass(), entry->at.time_since_epoch());
  }

 private:
  std::shared_ptr<TraceCursor> cursor_;
};

}  // namespace faultpath::models
