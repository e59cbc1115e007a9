// The slices of each virtual CPU, as far as time has come.
#include "models/cpu/stealing.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace faultpath::models {

Stealing::Stealing(sim::Simulation& simulation, const StealSpec& spec, unsigned count,
                   const StatisticsWindow& window, const std::string& path)
    : simulation_(simulation), slices_(spec), window_(window) {
  cpus_.reserve(count);
  for (unsigned i = 0; i < count; ++i) {
    cpus_.push_back(
        {StealPhases(slices_, simulation.stream(fmt::format("{}/{}", path, i), "steal"))});
  }
}

void Stealing::want(unsigned cpu) {
  cpus_[cpu].phases.skip(slices_, simulation_.now());
  cpus_[cpu].wants = true;
}

void Stealing::rest(unsigned cpu, sim::Time polled_until) {
  Cpu& self = at_present(cpu);
  self.wants = false;
  self.polled_until =
      self.phases.stolen() ? simulation_.now() : std::min(polled_until, self.phases.slice_end());
}

void Stealing::wait(unsigned cpu, sim::PromiseBase& waiter, sim::Duration work,
                    sim::WaitReason reason) {
  const sim::Time end = at_present(cpu).phases.end_of(slices_, work);
  waiter.wait_for(simulation_.calendar().schedule(end, waiter.resumption()), reason);
}

bool Stealing::runs(unsigned cpu) { return !at_present(cpu).phases.stolen(); }

sim::Duration Stealing::ran(unsigned cpu) { return at_present(cpu).ran; }

VirtualCpuTimes Stealing::times() {
  for (unsigned i = 0; i < cpus_.size(); ++i) at_present(i);
  return counted_;
}

// One that is idle stays where it was.
Stealing::Cpu& Stealing::at_present(unsigned cpu) {
  Cpu& self = cpus_[cpu];
  if (!self.wants) return self;
  const sim::Time now = simulation_.now();
  if (window_.from > self.phases.now() && window_.from < now) {
    account(self, window_.from, false);
  }
  account(self, now, window_.from <= self.phases.now());
  return self;
}

// What it had and wanted of the time up to `to`.
void Stealing::account(Cpu& cpu, sim::Time to, bool counted) {
  const sim::Duration passed = to - cpu.phases.now();
  const sim::Duration stolen = cpu.phases.advance(slices_, to);
  cpu.ran += passed - stolen;
  if (!counted) return;
  counted_.run += passed - stolen;
  counted_.stolen += stolen;
}

}  // namespace faultpath::models
