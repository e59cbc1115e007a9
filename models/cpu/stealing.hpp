// Stealing: others take the cores of the virtual CPUs away, whatever the guest does.
#pragma once

#include <string>
#include <vector>

#include "models/cpu/host_time.hpp"
#include "models/cpu/steal_phases.hpp"
#include "sim/simulation.hpp"

namespace faultpath::models {

/// Each virtual CPU has a core whose slices are drawn from a stream of its own. A slice that is
/// stolen while the virtual CPU is idle costs nothing, but ends the polling of its halt (Linux,
/// kvm_vcpu_can_poll()). No event belongs to a slice.
class Stealing final : public HostTime {
 public:
  /// Requires slices that problem_of() accepts. `path` is that of the virtual CPUs.
  Stealing(sim::Simulation& simulation, const StealSpec& spec, unsigned count,
           const StatisticsWindow& window, const std::string& path);

  void want(unsigned cpu) override;
  void rest(unsigned cpu, sim::Time polled_until) override;
  void wait(unsigned cpu, sim::PromiseBase& waiter, sim::Duration work,
            sim::WaitReason reason) override;
  void forget(unsigned, const sim::PromiseBase*) override {}
  bool runs(unsigned cpu) override;
  sim::Duration ran(unsigned cpu) override;
  VirtualCpuTimes times() override;
  sim::Time polled_until(unsigned cpu) override { return cpus_[cpu].polled_until; }

 private:
  struct Cpu {
    StealPhases phases;
    sim::Duration ran{};
    sim::Time polled_until{};
    bool wants = false;
  };
  // The memory of an idle one besides what VirtualCpus has for it.
  static_assert(sizeof(Cpu) <= 256);

  Cpu& at_present(unsigned cpu);
  void account(Cpu& cpu, sim::Time to, bool counted);

  sim::Simulation& simulation_;
  const StealSlices slices_;
  const StatisticsWindow& window_;
  std::vector<Cpu> cpus_;
  VirtualCpuTimes counted_;
};

}  // namespace faultpath::models
