// Held CPU: one that a thread has already, for work that is done in its place.
#pragma once

#include "models/cpu/processor.hpp"

namespace faultpath::models {

/// Taking it takes the CPU that the process of the thread holds, and giving it back gives nothing.
class HeldCpu final : public Processor {
 public:
  explicit HeldCpu(Processor& of) : of_(of) {}

  void give_back(CpuId) override {}
  sim::Time now() const override { return of_.now(); }
  CpuId held_by(const sim::PromiseBase& thread) const override { return of_.held_by(thread); }

 private:
  std::optional<CpuId> try_take() override { return std::nullopt; }
  bool wait_for_cpu(sim::PromiseBase& thread, sim::Priority, CpuId& cpu) override {
    cpu = of_.held_by(thread);
    return false;
  }
  void work(sim::PromiseBase& thread, CpuId cpu, sim::Duration work) override {
    of_.work(thread, cpu, work);
  }

  Processor& of_;
};

}  // namespace faultpath::models
