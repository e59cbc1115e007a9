// Little's law on whole runs, and the DMA engine as an M/D/1 queue.
#include <gtest/gtest.h>

#include "tests/models/forked_run.hpp"
#include "tests/models/support.hpp"
#include "tests/sim/replications.hpp"

namespace faultpath::models {
namespace {

using sim::microseconds;
using sim::nanoseconds;

double area_of(const Seen& seen, const char* gauge) {
  return seen.gauge(gauge).mean * sim::to_ns(seen.simulated);
}

// Random costs and a queue that is often not empty.
SystemSpec busy_system() {
  SystemSpec spec = small_system();
  spec.host.page_fault.minor = sim::ExponentialSpec{microseconds(4)};
  spec.devices[0].count = 3;
  spec.devices[0].workload.queue_depth = 16;
  spec.devices[0].workload.footprint = 3000 * kPageBytes;
  spec.run.stop.operations = 3000;
  return spec;
}

// A request is outstanding from its sending to its answer: five stages and the way back. The sums
// are exact, but for the rounding of doubles.
TEST(LittlesLaw, HoldsForOutstandingRequests) {
  const Seen seen = run(busy_system());
  double sum = 0.0;
  for (const char* stage : {"request", "queue", "report", "work_queue", "handle", "respond"}) {
    sum += seen.stage(stage).sum_ns();
  }
  EXPECT_EQ(seen.counters.page_requests, 3000U);
  EXPECT_NEAR(area_of(seen, "outstanding_requests") / sum, 1.0, 1e-9);
  EXPECT_GT(seen.gauge("outstanding_requests").mean, 5.0);
}

// One operation at a time: the interrupt thread wakes for each fault.
TEST(LittlesLaw, HoldsForCores) {
  SystemSpec spec = small_system();
  const Seen seen = run(spec);
  const double each = 2000 + 200 + 1000 + 750 + 66.8 + 150;  // thread, request, group
  EXPECT_NEAR(area_of(seen, "busy_cores") / (64 * each), 1.0, 1e-9);
}

// Entries are freed when their batch ends: alone, after interrupt, thread and processing.
TEST(LittlesLaw, HoldsForTheQueue) {
  const Seen seen = run(small_system());
  EXPECT_NEAR(area_of(seen, "queue_depth") / (64 * (1000 + 2000 + 200)), 1.0, 1e-9);
  EXPECT_EQ(seen.gauge("queue_depth").max, 1);
}

// Throughput times latency is the queue depth that the closed loop keeps.
TEST(LittlesLaw, HoldsForOperationsOfAClosedLoop) {
  SystemSpec spec = busy_system();
  spec.devices[0].count = 1;
  spec.run.stop.operations = 1000;
  const Seen seen = run(spec);
  const double busy = seen.distribution("dma_latency_ns").sum_ns() / sim::to_ns(seen.simulated);
  EXPECT_LE(busy, 16.0);
  EXPECT_GE(busy, 16.0 * 0.97);  // only the drain has fewer
}

// Poisson arrivals, 1 us of transfer each, 70 % load: Pollaczek and Khinchine give a mean wait of
// rho s / (2 (1 - rho)). Translations hit; latency adds the transfer and two latencies.
TEST(OpenLoop, TheDmaEngineIsAnMD1Queue) {
  constexpr double kLoad = 0.7, kService = 1000.0;
  SystemSpec spec = small_system();
  spec.strategy = {"pin", PinSpec{}};
  DeviceSpec& device = spec.devices[0];
  device.workload.kind = UniformSpec{};
  device.workload.footprint = 16 * kPageBytes;
  device.workload.queue_depth.reset();
  device.workload.rate = kLoad * 1e6;
  device.link = {nanoseconds(200), 4.096e9};
  spec.run.stop = {.duration = sim::milliseconds(22), .operations = {}, .faults = {}};
  spec.run.warmup = sim::milliseconds(2);
  const auto wait = [&](unsigned replication) {
    spec.run.replication = replication;
    const Seen seen = run(spec);
    return seen.distribution("dma_latency_ns").mean_ns - kService - 400.0;
  };
  const double expected = kLoad * kService / (2.0 * (1.0 - kLoad));
  EXPECT_TRUE(sim::replicated(wait).contains(expected)) << expected;
}

// 100,000 arrivals a second for 100 ms: 10,000 within 4 deviations.
TEST(OpenLoop, OperationsArriveAtTheirRateWhateverTheFaultsTake) {
  SystemSpec spec = busy_system();
  spec.devices[0].count = 1;
  spec.devices[0].workload.queue_depth.reset();
  spec.devices[0].workload.rate = 100'000;
  spec.run.stop = {.duration = sim::milliseconds(100), .operations = {}, .faults = {}};
  const Seen seen = run(spec);
  EXPECT_NEAR(static_cast<double>(seen.counters.dma_operations), 10'000, 4 * 100);
  EXPECT_EQ(seen.distribution("dma_latency_ns").count, seen.counters.dma_operations);
}

}  // namespace
}  // namespace faultpath::models
