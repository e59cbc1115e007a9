// phases: one pattern after the other, for a number of operations each, then again.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "models/device/workload.hpp"

namespace faultpath::models {

/// The parts go on where they were when their phase comes again. Requires at least one phase.
class Phases final : public Workload {
 public:
  Phases(const WorkloadSource& source, const PhasesSpec& phases) : phases_(phases.phases) {
    for (const PhaseSpec& phase : phases_) {
      WorkloadSpec spec = source.spec;
      spec.kind = kind_of(phase.kind, phases);
      spec.footprint = phase.footprint;
      parts_.push_back(
          make_workload({spec, Iova{source.base.value + phase.offset}, source.stream, nullptr}));
    }
    left_ = phases_.front().operations;
  }

  std::optional<Operation> next() override {
    if (left_ == 0) {
      current_ = (current_ + 1) % phases_.size();
      left_ = phases_[current_].operations;
    }
    --left_;
    return parts_[current_]->next();
  }

 private:
  std::vector<PhaseSpec> phases_;
  std::vector<std::unique_ptr<Workload>> parts_;
  std::size_t current_ = 0;
  std::uint64_t left_;  // operations of the current phase
};

}  // namespace faultpath::models
