// Own cores: each virtual CPU has a core of the host for itself.
#pragma once

#include <vector>

#include "models/cpu/host_time.hpp"
#include "sim/simulation.hpp"

namespace faultpath::models {

/// Nobody takes a core away: whoever wants one runs.
class OwnCores final : public HostTime {
 public:
  OwnCores(sim::Simulation& simulation, unsigned count, const StatisticsWindow& window)
      : simulation_(simulation), window_(window), cpus_(count) {}

  void want(unsigned cpu) override {
    cpus_[cpu].wants = true;
    cpus_[cpu].since = simulation_.now();
  }
  void rest(unsigned cpu, sim::Time polled_until) override {
    cpus_[cpu].ran = ran(cpu);
    counted_ += covered(window_, cpus_[cpu].since, simulation_.now());
    cpus_[cpu].wants = false;
    cpus_[cpu].polled_until = polled_until;
  }
  void wait(unsigned, sim::PromiseBase& waiter, sim::Duration work,
            sim::WaitReason reason) override {
    waiter.wait_for(simulation_.calendar().schedule_after(work, waiter.resumption()), reason);
  }
  void forget(unsigned, const sim::PromiseBase*) override {}
  bool runs(unsigned) override { return true; }
  sim::Duration ran(unsigned cpu) override {
    const Cpu& self = cpus_[cpu];
    return self.ran + (self.wants ? simulation_.now() - self.since : sim::Duration::zero());
  }
  VirtualCpuTimes times() override {
    VirtualCpuTimes sum{.run = counted_};
    for (const Cpu& cpu : cpus_) {
      if (cpu.wants) sum.run += covered(window_, cpu.since, simulation_.now());
    }
    return sum;
  }
  sim::Time polled_until(unsigned cpu) override { return cpus_[cpu].polled_until; }

 private:
  struct Cpu {
    sim::Duration ran{};
    sim::Time since{};  // of the last want()
    sim::Time polled_until{};
    bool wants = false;
  };

  sim::Simulation& simulation_;
  const StatisticsWindow& window_;
  std::vector<Cpu> cpus_;
  sim::Duration counted_{};
};

}  // namespace faultpath::models
