// Cores: the processor of a machine of its own.
#pragma once

#include <optional>
#include <string>

#include "models/cpu/processor.hpp"
#include "sim/core_pool.hpp"
#include "sim/gauge.hpp"
#include "sim/simulation.hpp"

namespace faultpath::models {

/// Identical cores, of which nobody is preempted: what a thread spends takes exactly that long.
/// Which core it is makes no difference, so that all have one name.
class Cores final : public Processor {
 public:
  /// Requires count >= 1. `path` names them in reports.
  Cores(sim::Simulation& simulation, unsigned count, const std::string& path)
      : simulation_(simulation), path_(path), pool_(simulation, count, path) {}

  void give_back(CpuId) override { pool_.release(); }
  sim::Time now() const override { return simulation_.now(); }
  CpuId held_by(const sim::PromiseBase&) const override { return {}; }
  /// Cores in use over time.
  sim::Gauge& busy_gauge() { return pool_.busy_gauge(); }
  const sim::CorePool& pool() const { return pool_; }

 private:
  std::optional<CpuId> try_take() override {
    return pool_.try_acquire() ? std::optional(CpuId{}) : std::nullopt;
  }
  bool wait_for_cpu(sim::PromiseBase& thread, sim::Priority priority, CpuId&) override {
    pool_.wait(thread, priority);
    return true;
  }
  void work(sim::PromiseBase& thread, CpuId, sim::Duration work) override {
    const sim::EventId done = simulation_.calendar().schedule_after(work, thread.resumption());
    thread.wait_for(done, {"work on a core", path_.c_str()});
  }

  sim::Simulation& simulation_;
  const std::string path_;
  sim::CorePool pool_;
};

}  // namespace faultpath::models
