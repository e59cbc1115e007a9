// The parts of the kernel, one by one, without SimGrid: events, time-outs, processes, cores.
#include <benchmark/benchmark.h>

#include <vector>

#include "bench/xorshift.hpp"
#include "sim/core_pool.hpp"
#include "sim/process.hpp"
#include "sim/simulation.hpp"

namespace {

using benchmark::State;
using faultpath::bench::Xorshift;
using faultpath::sim::Calendar;
using faultpath::sim::CorePool;
using faultpath::sim::Duration;
using faultpath::sim::EventId;
using faultpath::sim::kEndOfTime;
using faultpath::sim::Process;
using faultpath::sim::Simulation;

constexpr std::uint64_t kBatch = 4096;  // events between two looks at the clock

faultpath::sim::SimulationSpec without_simgrid() {
  faultpath::sim::SimulationSpec spec;
  spec.loop = faultpath::sim::MainLoop::bare;
  return spec;
}

/// A calendar, what the events draw from, and a stop after each batch.
struct Bench {
  Simulation simulation{without_simgrid()};
  Calendar& calendar = simulation.calendar();
  Xorshift random;
  std::uint64_t left = 0;
  EventId timeout{};

  Duration delay() {
    return faultpath::sim::microseconds(1) +
           Duration{static_cast<Duration::rep>(random.below_million())};
  }
  void count() {
    if (--left == 0) calendar.stop();
  }
};

/// Runs what is scheduled, which calls count() for each item.
void measure(State& state, Bench& bench) {
  while (state.KeepRunningBatch(kBatch)) {
    bench.left = kBatch;
    bench.calendar.run_before(kEndOfTime);
  }
  state.SetItemsProcessed(state.iterations());
}

void fire_hold(void* target) {
  auto& bench = *static_cast<Bench*>(target);
  bench.calendar.schedule_after(bench.delay(), {&fire_hold, target});
  bench.count();
}

void hold(State& state) {
  Bench bench;
  for (auto i = state.range(0); i > 0; --i) {
    bench.calendar.schedule_after(bench.delay(), {&fire_hold, &bench});
  }
  measure(state, bench);
}
BENCHMARK(hold)->Arg(1)->Arg(100)->Arg(10'000)->Arg(1'000'000);

void fire_post(void* target) {
  auto& bench = *static_cast<Bench*>(target);
  bench.calendar.post({&fire_post, target});
  bench.count();
}

// Events at the current time, with 100 others pending.
void post(State& state) {
  Bench bench;
  for (int i = 0; i < 100; ++i) {
    bench.calendar.schedule_after(bench.delay(), {&fire_hold, &bench});
  }
  bench.calendar.post({&fire_post, &bench});
  measure(state, bench);
}
BENCHMARK(post);

void ignore(void*) {}

void fire_with_timeout(void* target) {
  auto& bench = *static_cast<Bench*>(target);
  bench.calendar.cancel(bench.timeout);
  bench.timeout =
      bench.calendar.schedule_after(faultpath::sim::microseconds(100), {&ignore, nullptr});
  bench.calendar.schedule_after(bench.delay(), {&fire_with_timeout, target});
  bench.count();
}

// Every event cancels a time-out 100 us ahead and sets another; about 70 cancelled ones are about.
void timeout(State& state) {
  Bench bench;
  bench.timeout =
      bench.calendar.schedule_after(faultpath::sim::microseconds(100), {&ignore, nullptr});
  fire_with_timeout(&bench);
  bench.left = 0;
  measure(state, bench);
}
BENCHMARK(timeout);

Process sleeper(Bench& bench) {
  for (;;) {
    co_await bench.simulation.delay(bench.delay());
    bench.count();
  }
}

void delay(State& state) {
  Bench bench;
  for (auto i = state.range(0); i > 0; --i) {
    bench.simulation.start_service(sleeper(bench), "sleeper");
  }
  measure(state, bench);
}
BENCHMARK(delay)->Arg(100)->Arg(10'000);

Process worker(Bench& bench, CorePool& cores) {
  for (;;) {
    co_await cores.run(bench.delay());
    bench.count();
  }
}

// Twice as much work as there are cores.
void core_run(State& state) {
  Bench bench;
  const auto count = static_cast<unsigned>(state.range(0));
  CorePool cores(bench.simulation, count, "cores");
  std::vector<faultpath::sim::ProcessId> workers;
  for (unsigned i = 0; i < 2 * count; ++i) {
    workers.push_back(bench.simulation.start_service(worker(bench, cores), "worker"));
  }
  measure(state, bench);
  for (const auto id : workers) bench.simulation.cancel(id);  // while the cores are there
}
BENCHMARK(core_run)->Arg(50);

Process short_lived(Bench& bench) {
  co_await bench.simulation.delay(bench.delay());
  bench.count();
}

Process starter(Bench& bench) {
  for (;;) {
    co_await bench.simulation.delay(bench.delay());
    bench.simulation.start(short_lived(bench), "short-lived");
  }
}

// A process is made, waits once and ends: two events.
void start_process(State& state) {
  Bench bench;
  for (int i = 0; i < 100; ++i) bench.simulation.start_service(starter(bench), "starter");
  measure(state, bench);
}
BENCHMARK(start_process);

}  // namespace

BENCHMARK_MAIN();
