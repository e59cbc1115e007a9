// How virtual CPUs are taken, woken and interrupted.
#include "models/cpu/virtual_cpus.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

#include "models/cpu/own_cores.hpp"
#include "models/cpu/stealing.hpp"
#include "models/cpu/taking_turns.hpp"
#include "sim/ensure.hpp"

namespace faultpath::models {
namespace {

// A waiter that has been granted something is tagged with what: a CPU, or its interrupt.
constexpr std::int64_t kInterrupt = 1LL << 32;

std::int64_t tag_of(CpuId& cpu) { return reinterpret_cast<std::intptr_t>(&cpu); }
CpuId& cpu_of(const sim::PromiseBase& thread) { return *reinterpret_cast<CpuId*>(thread.tag()); }

std::unique_ptr<HostTime> host_time(sim::Simulation& simulation, const VirtualCpusSpec& spec,
                                    const StatisticsWindow& window, const std::string& path,
                                    HostPool* pool) {
  if (spec.steal) {
    return std::make_unique<Stealing>(simulation, *spec.steal, spec.count, window, path);
  }
  if (!spec.overcommit) return std::make_unique<OwnCores>(simulation, spec.count, window);
  ENSURE(pool != nullptr, "virtual CPUs that share cores of the host have a pool of them");
  return std::make_unique<TakingTurns>(*pool, spec.count);
}

std::uint64_t& interrupts_met(VirtualCpuStats& stats, VirtualCpuState state) {
  switch (state) {
    case VirtualCpuState::running:
      return stats.interrupts_running;
    case VirtualCpuState::polling:
      return stats.interrupts_polling;
    case VirtualCpuState::halted:
      return stats.interrupts_halted;
    case VirtualCpuState::descheduled:
      break;
  }
  return stats.interrupts_descheduled;
}

}  // namespace

VirtualCpus::VirtualCpus(sim::Simulation& simulation, const VirtualCpusSpec& spec,
                         const StatisticsWindow& window, std::string path, HostPool* pool)
    : simulation_(simulation),
      spec_(spec),
      window_(window),
      path_(std::move(path)),
      host_(host_time(simulation, spec, window, path_, pool)),
      running_(simulation, spec.receipt.running, path_, "interrupt, running"),
      polling_(simulation, spec.receipt.polling, path_, "interrupt, polling"),
      halted_(simulation, spec.receipt.halted, path_, "interrupt, halted"),
      kick_(simulation, spec.receipt.kick, path_, "interrupt, kick"),
      deep_(simulation, spec.deep_idle.value_or(DeepIdleSpec{}).exit, path_, "deep idle"),
      cpus_(spec.count),
      free_(spec.count) {
  ENSURE(!problem_of(spec), "virtual CPUs that there can be");
  std::iota(free_.begin(), free_.end(), 0U);
  for (auto place = free_.begin(); place != free_.end(); ++place) {
    cpus_[*place].place = place;
    if (spec_.idle == IdleLoop::spin) host_->want(*place);
  }
}

VirtualCpuState VirtualCpus::state(CpuId id) {
  const auto index = static_cast<std::uint32_t>(id);
  const Cpu& cpu = cpus_[index];
  if (wants(cpu)) {
    return host_->runs(index) ? VirtualCpuState::running : VirtualCpuState::descheduled;
  }
  if (cpu.idle_since == now()) return VirtualCpuState::running;
  const bool polled = now() <= host_->polled_until(index);
  return polled ? VirtualCpuState::polling : VirtualCpuState::halted;
}

VirtualCpuTimeStats VirtualCpus::time_stats() const {
  const VirtualCpuTimes sum = times();
  const auto whole = [](sim::Duration time) {
    return static_cast<std::uint64_t>(time / sim::nanoseconds(1));
  };
  return {whole(sum.run), whole(sum.stolen), whole(sum.idle)};
}

VirtualCpuTimes VirtualCpus::times() const {
  VirtualCpuTimes sum = host_->times();
  sum.idle = idle_;
  for (const Cpu& cpu : cpus_) {
    if (!wants(cpu)) sum.idle += covered(window_, cpu.idle_since, now());
  }
  return sum;
}

// What is left of a wake-up.
sim::Duration VirtualCpus::until_awake(std::uint32_t index) {
  return std::max(cpus_[index].awake_at - host_->ran(index), sim::Duration::zero());
}

// It gets something to run, if it has nothing yet.
void VirtualCpus::use(std::uint32_t index) {
  Cpu& cpu = cpus_[index];
  if (wants(cpu)) return;
  idle_ += covered(window_, cpu.idle_since, now());
  const sim::Duration wake_up = end_halt(index);
  host_->want(index);
  cpu.awake_at = host_->ran(index) + wake_up;
}

// What it costs to wake it. Whoever gets something to run at the moment of going idle has not
// halted.
sim::Duration VirtualCpus::end_halt(std::uint32_t index) {
  Cpu& cpu = cpus_[index];
  const sim::Duration halted = now() - cpu.idle_since;
  if (halted == sim::Duration::zero()) return halted;
  const bool polled = state(CpuId{index}) == VirtualCpuState::polling;
  if (window_.observes(now())) {
    ++stats_.halts;
    ++(polled ? stats_.polls_succeeded : stats_.wake_ups);
    if (!polled && cpu.polling.window() > sim::Duration::zero()) ++stats_.polls_failed;
  }
  cpu.polling.learn(spec_.halt_poll, halted);
  if (polled) return polling_();
  const bool deep = spec_.deep_idle && halted >= spec_.deep_idle->after;
  return halted_() + (deep ? deep_() : sim::Duration::zero());
}

bool VirtualCpus::wait_for_cpu(sim::PromiseBase& thread, sim::Priority priority, CpuId& cpu) {
  if (free_.empty()) {
    thread.set_tag(tag_of(cpu));
    thread.wait_in(waiting_[static_cast<std::size_t>(priority)], {"virtual CPU", path_.c_str()});
    return true;
  }
  const std::uint32_t index = free_.front();
  const bool awake = state(CpuId{index}) == VirtualCpuState::running;
  const bool at_once = awake && until_awake(index) == sim::Duration::zero();
  occupy(index);
  if (!at_once) return grant(index, thread, cpu), true;
  cpu = CpuId{index};
  cpus_[index].holder = &thread.root();
  return false;
}

CpuId VirtualCpus::held_by(const sim::PromiseBase& thread) const {
  for (const std::uint32_t index : taken_) {
    if (cpus_[index].holder == &thread.root()) return CpuId{index};
  }
  ENSURE_IN(path_, false, "a thread that works holds a virtual CPU");
}

// A free one is taken.
void VirtualCpus::occupy(std::uint32_t index) {
  use(index);
  Cpu& cpu = cpus_[index];
  cpu.taken = true;
  taken_.splice(taken_.begin(), free_, cpu.place);
  busy_gauge_.add(now(), 1);
}

// `thread` goes on when the one that has been taken for it is awake.
void VirtualCpus::grant(std::uint32_t index, sim::PromiseBase& thread, CpuId& cpu) {
  cpu = CpuId{index};
  cpus_[index].holder = &thread.root();
  cpus_[index].thread = &thread;
  host_->wait(index, thread, until_awake(index), {"virtual CPU", path_.c_str()});
  thread.set_tag(index);
  thread.granted_by(this);
}

void VirtualCpus::work(sim::PromiseBase& thread, CpuId id, sim::Duration work) {
  const auto index = static_cast<std::uint32_t>(id);
  ENSURE(cpus_[index].taken, "a thread works on a virtual CPU that it has taken");
  cpus_[index].thread = &thread;
  host_->wait(index, thread, work, {"work on a virtual CPU", path_.c_str()});
}

void VirtualCpus::give_back(CpuId id) {
  const auto index = static_cast<std::uint32_t>(id);
  Cpu& cpu = cpus_[index];
  ENSURE(cpu.taken, "a virtual CPU is given back once");
  cpu.holder = nullptr;
  host_->forget(index, std::exchange(cpu.thread, nullptr));
  for (sim::WaitList& list : waiting_) {
    if (list.empty()) continue;
    sim::PromiseBase& next = list.pop_front();
    return grant(index, next, cpu_of(next));
  }
  cpu.taken = false;
  free_.splice(free_.begin(), taken_, cpu.place);
  busy_gauge_.add(now(), -1);
  let_idle(index);
}

void VirtualCpus::let_idle(std::uint32_t index) {
  if (wants(cpus_[index])) return;
  Cpu& cpu = cpus_[index];
  cpu.idle_since = now();
  host_->rest(index, sim::later(now(), cpu.polling.window()));
}

VirtualCpuState VirtualCpus::inject(sim::PromiseBase& waiter, std::uint32_t index) {
  ENSURE(index < cpus_.size(), "an interrupt is for a virtual CPU that there is");
  const VirtualCpuState met = state(CpuId{index});
  if (window_.observes(now())) ++interrupts_met(stats_, met);
  Cpu& cpu = cpus_[index];
  use(index);
  ++cpu.interrupts;
  if (!cpu.taken) free_.splice(free_.begin(), free_, cpu.place);
  const bool wanted = met == VirtualCpuState::running || met == VirtualCpuState::descheduled;
  sim::Duration cost = wanted ? running_() : sim::Duration::zero();
  if (met == VirtualCpuState::running && !spec_.posted) {
    cost += kick_();
    if (window_.observes(now())) ++stats_.kicks;
  }
  host_->wait(index, waiter, std::max(until_awake(index), cost), {"interrupt", path_.c_str()});
  waiter.set_tag(kInterrupt | index);
  waiter.granted_by(this);
  return met;
}

void VirtualCpus::received(std::uint32_t index) {
  --cpus_[index].interrupts;
  let_idle(index);
}

// The waiter is destroyed before it has gone on.
void VirtualCpus::take_back(sim::PromiseBase& waiter) {
  const auto index = static_cast<std::uint32_t>(waiter.tag());
  if ((waiter.tag() & kInterrupt) == 0) return give_back(CpuId{index});
  host_->forget(index, &waiter);
  received(index);
}

}  // namespace faultpath::models
