// Virtual CPUs with threads and interrupts at set times: for tests.
#pragma once

#include <gtest/gtest.h>

#include <optional>
#include <vector>

#include "models/cpu/virtual_cpus.hpp"
#include "models/cpu/worker.hpp"
#include "tests/models/support.hpp"

namespace faultpath::models {

/// Statistics cover everything from the start.
class VirtualCpusRig : public testing::Test {
 public:
  /// What a thread did: which one it had, since when, and until when.
  struct Ran {
    unsigned cpu;
    sim::Time from, to;
    bool operator==(const Ran&) const = default;
  };
  struct Received {
    sim::Time at;
    VirtualCpuState met;
    bool operator==(const Received&) const = default;
  };

  void make(const VirtualCpusSpec& spec) { cpus.emplace(simulation, spec, window, "guest/cpus"); }
  /// A thread wakes at `at`, works for `work`, and sleeps.
  void thread(sim::Time at, sim::Duration work, sim::Priority priority = sim::Priority::normal) {
    simulation.start(work_at(at, work, priority), "thread");
  }
  /// An interrupt for virtual CPU `cpu` at `at`; a thread that it wakes works for `work`.
  void interrupt(sim::Time at, unsigned cpu, sim::Duration work = sim::Duration::zero()) {
    simulation.start(interrupt_at(at, cpu, work), "interrupt");
  }
  /// Cancels a process at `at`.
  void cancel(sim::Time at, sim::ProcessId process) {
    simulation.start(cancel_at(at, process), "cancel");
  }
  void run() { simulation.run(); }
  sim::Process work_at(sim::Time at, sim::Duration work, sim::Priority priority) {
    co_await simulation.delay(at - simulation.now());
    Worker worker(*cpus, priority);
    co_await worker.enter();
    const sim::Time from = simulation.now();
    worker.charge(work);
    co_await worker.pay();
    ran.push_back({static_cast<unsigned>(worker.cpu()), from, simulation.now()});
    worker.leave();
  }
  sim::Process interrupt_at(sim::Time at, unsigned cpu, sim::Duration work) {
    co_await simulation.delay(at - simulation.now());
    const VirtualCpuState met = co_await cpus->interrupt(CpuId{cpu});
    received.push_back({simulation.now(), met});
    if (work > sim::Duration::zero()) thread(simulation.now(), work);
  }

  sim::Process cancel_at(sim::Time at, sim::ProcessId process) {
    co_await simulation.delay(at - simulation.now());
    simulation.cancel(process);
  }

  sim::Simulation simulation{bare()};
  StatisticsWindow window{sim::Time{}};
  std::optional<VirtualCpus> cpus;
  std::vector<Ran> ran;
  std::vector<Received> received;
};

}  // namespace faultpath::models
