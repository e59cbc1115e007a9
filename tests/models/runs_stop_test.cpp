// Whole runs: when they stop, what the warm-up leaves out, and how operations become groups.
#include <gtest/gtest.h>

#include "tests/models/invariants.hpp"
#include "tests/models/support.hpp"

namespace faultpath::models {
namespace {

SystemSpec three_devices() {
  SystemSpec spec = small_system();
  spec.devices[0].count = 3;
  spec.devices[0].workload.kind = UniformSpec{};
  spec.devices[0].workload.queue_depth = 8;
  spec.devices[0].workload.footprint = 3000 * kPageBytes;
  return spec;
}

TEST(Stop, AfterExactlySoManyOperationsOfAllDevices) {
  for (const std::uint64_t operations : {1U, 7U, 24U, 25U, 1000U}) {
    SystemSpec spec = three_devices();
    spec.run.stop.operations = operations;
    EXPECT_EQ(checked_run(spec).counters.dma_operations, operations);
  }
}

TEST(Stop, AfterExactlySoManyHitsToo) {
  SystemSpec spec = three_devices();
  spec.strategy = {"pin", PinSpec{}};
  spec.devices[0].workload.footprint = 16 * kPageBytes;
  spec.run.stop.operations = 12'345;
  EXPECT_EQ(checked_run(spec).counters.dma_operations, 12'345U);
}

// Those in flight when the last begins may fault too: at most one for each operation in flight.
TEST(Stop, AfterAtLeastSoManyFaults) {
  for (const std::uint64_t faults : {1U, 100U, 500U}) {
    SystemSpec spec = three_devices();
    spec.run.stop = {.duration = {}, .operations = {}, .faults = faults};
    const std::uint64_t seen = checked_run(spec).distribution("fault_latency_ns").count;
    EXPECT_GE(seen, faults);
    EXPECT_LE(seen, faults + 3 * 8);
  }
}

TEST(Stop, AfterADurationAndTheDrainOfWhatIsInFlight) {
  SystemSpec spec = three_devices();
  spec.run.stop = {.duration = sim::microseconds(500), .operations = {}, .faults = {}};
  const Seen seen = checked_run(spec);
  EXPECT_GE(seen.simulated, sim::microseconds(500));
  EXPECT_LE(seen.simulated, sim::microseconds(500) + seen.distribution("dma_latency_ns").max);
  EXPECT_EQ(seen.distribution("dma_latency_ns").count, seen.counters.dma_operations);
}

TEST(Stop, AtTheEndOfATrace) {
  SystemSpec spec = small_system();
  replay(spec, trace_of_pages({5, 6, 5, 7, 5}));
  const Seen seen = checked_run(spec);
  EXPECT_EQ(seen.counters.dma_operations, 5U);
  EXPECT_EQ(seen.counters.page_requests, 3U);
}

// Poisson arrivals 1 ms apart: nobody waits for one that the trace has nothing for.
TEST(Stop, AtTheLastOperationOfATraceInAnOpenLoop) {
  SystemSpec spec = small_system();
  replay(spec, trace_of_pages({5}));
  spec.devices[0].workload.queue_depth.reset();
  spec.devices[0].workload.rate = 1000.0;
  for (const bool ahead : {true, false}) {
    for (spec.run.replication = 0; spec.run.replication < 5; ++spec.run.replication) {
      spec.run.temporal_decoupling = ahead;
      spec.run.stop.operations = 1;
      const sim::Duration counted = checked_run(spec).simulated;
      spec.run.stop = {};
      EXPECT_EQ(checked_run(spec).simulated, counted);
    }
  }
}

TEST(Stop, ARepeatedTraceGoesOnUntilItsCount) {
  SystemSpec spec = small_system();
  replay(spec, trace_of_pages({5, 6}));
  spec.devices[0].workload.kind = TraceSpec{.repeat = true};
  spec.run.stop.operations = 9;
  const Seen seen = checked_run(spec);
  EXPECT_EQ(seen.counters.dma_operations, 9U);
  EXPECT_EQ(seen.counters.page_requests, 2U);
}

TEST(Stop, ATimedTraceKeepsItsTimes) {
  SystemSpec spec = small_system();
  auto trace = std::make_shared<TraceData>();
  trace->timed = true;
  for (const int us : {0, 100, 250}) {
    trace->entries.push_back(
        {{start_of(IovaPage{3}), kPageBytes, false}, sim::Time{sim::microseconds(us)}, 0, 0});
  }
  replay(spec, trace);
  spec.devices[0].workload.queue_depth.reset();
  const Seen seen = checked_run(spec);
  // The last is a hit: its transfer (256 ns at 16 GB/s) and two latencies.
  EXPECT_EQ(seen.simulated, sim::microseconds(250) + sim::nanoseconds(256 + 400));
}

Trace recorded_at(std::initializer_list<std::int64_t> us) {
  auto trace = std::make_shared<TraceData>();
  trace->timed = true;
  for (const std::int64_t time : us) {
    trace->entries.push_back(
        {{start_of(IovaPage{3}), kPageBytes, false}, sim::Time{sim::microseconds(time)}, 0, 0});
  }
  return trace;
}

// A period is 250 us and a mean gap of 125 us: nothing tells the passes from one recording of them
// all.
TEST(Stop, ARepeatedTimedTraceIsTheRecordingOfAllItsPasses) {
  for (const bool ahead : {true, false}) {
    SystemSpec spec = small_system();
    spec.run.temporal_decoupling = ahead;
    replay(spec, recorded_at({0, 100, 250, 375, 475, 625, 750, 850, 1000}));
    spec.devices[0].workload.queue_depth.reset();
    spec.run.stop.duration = sim::microseconds(1001);
    const Seen whole = checked_run(spec);
    EXPECT_EQ(whole.counters.dma_operations, 9U);
    spec.traces[0] = recorded_at({0, 100, 250});
    spec.devices[0].workload.kind = TraceSpec{.repeat = true};
    EXPECT_EQ(difference(whole, checked_run(spec)), "");
  }
}

// Passes begin at 0, 375, 750 and 1125 us: ten operations before the last time, and not it.
TEST(Stop, ADurationEndsARepeatedTimedTraceInAnyPass) {
  SystemSpec spec = small_system();
  replay(spec, recorded_at({0, 100, 250}));
  spec.devices[0].workload.queue_depth.reset();
  spec.devices[0].workload.kind = TraceSpec{.repeat = true};
  spec.run.stop.duration = sim::microseconds(1225);
  EXPECT_EQ(checked_run(spec).counters.dma_operations, 10U);
  spec.run.stop.duration = sim::microseconds(1225) + sim::picoseconds(1);
  EXPECT_EQ(checked_run(spec).counters.dma_operations, 11U);
}

// The first half of a sequential pass is left out: a fault counts when its operation began later.
TEST(WarmUp, LeavesOutWhatStartsInIt) {
  SystemSpec spec = small_system();
  const Seen whole = checked_run(spec);
  spec.run.warmup = whole.simulated / 2;
  const Seen half = checked_run(spec);
  EXPECT_EQ(half.counters.dma_operations, 33U) << "one has begun in it and completes behind it";
  EXPECT_EQ(half.counters.page_requests, 32U);
  EXPECT_EQ(half.distribution("fault_latency_ns").count, 32U);
  EXPECT_EQ(half.simulated, whole.simulated);
  EXPECT_EQ(half.fingerprint, whole.fingerprint);  // it changes what is counted, not what happens
  EXPECT_EQ(half.gauge("mapped_bytes").final, whole.gauge("mapped_bytes").final);
  EXPECT_GT(half.gauge("mapped_bytes").mean, whole.gauge("mapped_bytes").mean);
}

TEST(WarmUp, EverythingMappedInItFaultsNoMore) {
  SystemSpec spec = small_system();
  spec.run.stop.operations = 640;  // ten passes over 64 pages
  spec.run.warmup = run(small_system()).simulated;
  const Seen seen = checked_run(spec);
  EXPECT_EQ(seen.counters.dma_operations, 640U - 64U);
  EXPECT_EQ(seen.counters.page_requests, 0U);
  EXPECT_EQ(seen.counters.atc_misses, 0U);
}

TEST(Groups, AnOperationOfSeveralPagesAsksForThemTogether) {
  for (const std::uint32_t group : {1U, 2U, 3U, 4U, 8U}) {
    SystemSpec spec = small_system();
    spec.devices[0].workload.operation = 4 * kPageBytes;
    spec.devices[0].pri.group = group;
    spec.run.stop.operations = 16;
    const Counters c = checked_run(spec).counters;
    EXPECT_EQ(c.page_requests, 64U);
    EXPECT_EQ(c.page_request_groups, 16U * ((4 + group - 1) / group)) << group;
    EXPECT_EQ(c.requests_answered, 64U);
    EXPECT_EQ(c.responses_success, c.page_request_groups);
    EXPECT_EQ(c.page_accesses, 64U);
    EXPECT_EQ(c.dma_bytes, 64 * kPageBytes);
  }
}

TEST(Groups, SmallOperationsShareTheirPage) {
  SystemSpec spec = small_system();
  spec.devices[0].workload.operation = 512;
  spec.run.stop.operations = 512;
  const Counters c = checked_run(spec).counters;
  EXPECT_EQ(c.page_requests, 64U);
  EXPECT_EQ(c.atc_hits, 512U - 64U);
}

TEST(Groups, LargerGroupsFaultASequentialFootprintFaster) {
  SystemSpec spec = small_system();
  spec.devices[0].workload.operation = 8 * kPageBytes;
  spec.run.stop.operations = 8;
  const sim::Duration single = checked_run(spec).simulated;
  spec.devices[0].pri.group = 8;
  EXPECT_LT(checked_run(spec).simulated, single);
}

}  // namespace
}  // namespace faultpath::models
