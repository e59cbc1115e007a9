// On-demand paging: what one event costs, how many there are, and how many wait at a time.
#include "models/strategy/odp.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <string>

#include "models/assembly/run.hpp"
#include "sim/simulation.hpp"
#include "tests/models/invariants.hpp"
#include "tests/models/support.hpp"

namespace faultpath::models {
namespace {

using sim::microseconds;
using sim::nanoseconds;

SystemSpec paging(const OdpSpec& odp = {}) {
  SystemSpec spec = small_system();
  spec.strategy = {"odp", odp};
  return spec;
}
OdpSpec& odp_of(SystemSpec& spec) { return std::get<OdpSpec>(spec.strategy.kind); }

double odp_ns(sim::Duration d) { return static_cast<double>(d.count()) / 1000.0; }

// One page: the event, the wake-up of a handler, its work with a minor fault and a mapping, the
// update, and the resumption behind the way down of the doorbell.
TEST(OdpRuns, AFaultTakesWhatItsStagesSay) {
  const SystemSpec spec = paging();
  const OdpSpec odp;
  const Seen seen = checked_run(spec);
  EXPECT_EQ(seen.counters.page_events, 64U);
  EXPECT_EQ(seen.counters.faults_minor, 64U);
  EXPECT_EQ(seen.counters.page_requests, 0U);
  EXPECT_DOUBLE_EQ(seen.stage("request").mean_ns, odp_ns(sim::mean_of(odp.raise)));
  EXPECT_DOUBLE_EQ(seen.stage("queue").mean_ns, 0.0);
  EXPECT_DOUBLE_EQ(seen.stage("work_queue").mean_ns,
                   odp_ns(sim::mean_of(spec.host.work_queue.wake_up)));
  EXPECT_DOUBLE_EQ(seen.stage("handle").mean_ns,
                   odp_ns(sim::mean_of(odp.driver) + nanoseconds(750) + spec.host.map_cost.map_4k +
                          sim::mean_of(odp.update)));
  const DeviceSpec& device = spec.devices[0];
  const sim::Duration doorbell =
      device.link.latency + sim::transfer_time(kMessageBytes, device.link.bandwidth);
  EXPECT_DOUBLE_EQ(seen.stage("respond").mean_ns, odp_ns(doorbell + sim::mean_of(odp.resume)));
}

// Lesokhin et al., ASPLOS 2017, Fig. 3: driver and OS 5.4 us, of 219.3 us in all.
TEST(OdpRuns, DefaultsAreThePublishedStagesOfOnePage) {
  const Seen seen = checked_run(paging());
  EXPECT_NEAR(seen.stage("work_queue").mean_ns + seen.stage("handle").mean_ns, 5'400.0 + 6'800.0,
              50.0);
  EXPECT_NEAR(seen.distribution("fault_latency_ns").mean_ns, 219'300.0, 2'000.0);
}

// An initiator knows all pages of its operation: one event, and one update, for 1024 of them.
TEST(OdpRuns, AnInitiatorAsksForItsWholeOperationAtOnce) {
  SystemSpec spec = paging();
  spec.devices[0].workload.operation = spec.devices[0].workload.footprint = 4 * kMiB;
  spec.run.stop.operations = 1;
  const OdpSpec& odp = odp_of(spec);
  const Seen seen = checked_run(spec);
  EXPECT_EQ(seen.counters.page_events, 1U);
  EXPECT_EQ(seen.counters.faults_minor, 1024U);
  EXPECT_DOUBLE_EQ(
      seen.stage("handle").mean_ns,
      odp_ns(sim::mean_of(odp.driver) + 1024 * (nanoseconds(750) + spec.host.map_cost.map_4k) +
             sim::mean_of(odp.update) + 1023 * odp.update_page));
}

// The paper's own what-if: one page an event, and a cold message of 4 MiB takes more than 220 ms.
TEST(OdpRuns, WithoutBatchesAColdMessageTakesAsManyEventsAsItHasPages) {
  SystemSpec spec = paging();
  spec.devices[0].workload.footprint = 4 * kMiB;
  spec.run.stop.operations = 1024;
  const Seen seen = checked_run(spec);
  EXPECT_EQ(seen.counters.page_events, 1024U);
  EXPECT_GT(seen.simulated, sim::milliseconds(220));
}

// Four of the reads and four of the writes of a function.
TEST(OdpRuns, EachChannelHasSoManyEventsOutstanding) {
  SystemSpec spec = paging();
  DeviceSpec& device = spec.devices[0];
  device.workload.footprint = 400 * kPageBytes;
  device.workload.queue_depth = 32;
  device.workload.reads = 1.0;
  spec.run.stop.operations = 400;
  EXPECT_EQ(checked_run(spec).gauge("outstanding_requests").max, 4);
  device.workload.reads = 0.5;
  EXPECT_EQ(checked_run(spec).gauge("outstanding_requests").max, 8);
  odp_of(spec).outstanding = 3;
  EXPECT_EQ(checked_run(spec).gauge("outstanding_requests").max, 6);
}

// A channel serves four events in the time of one: little's law of a saturated closed loop.
TEST(OdpRuns, ThroughputOfFaultsIsOutstandingEventsOverTheTimeOfOne) {
  SystemSpec spec = paging();
  DeviceSpec& device = spec.devices[0];
  device.workload.footprint = 2'000 * kPageBytes;
  device.workload.queue_depth = 32;
  device.workload.reads = 1.0;
  spec.run.stop.operations = 2'000;
  spec.host.cores = 8;
  const Seen alone = checked_run(paging());
  const double service_ns = alone.distribution("fault_latency_ns").mean_ns;
  const Seen seen = checked_run(spec);
  EXPECT_NEAR(static_cast<double>(seen.simulated.count()) / 1000.0, 2'000.0 / 4.0 * service_ns,
              0.02 * 2'000.0 / 4.0 * service_ns);
}

// A responder knows the packet only; what follows is mapped after the resumption.
TEST(OdpRuns, AResponderPrefetchesWhatFollows) {
  SystemSpec spec = paging();
  DeviceSpec& device = spec.devices[0];
  device.on_fault = RnrSpec{.timer = sim::milliseconds(10)};  // the prefetch is over by then
  device.workload.footprint = 200 * kPageBytes;
  spec.run.stop.operations = 200;
  odp_of(spec).prefetch = 49 * kPageBytes;
  const Seen seen = checked_run(spec);
  EXPECT_EQ(seen.counters.page_events, 4U) << "one for 50 pages";
  EXPECT_EQ(seen.counters.faults_minor, 4U) << "what is prefetched is nobody's fault";
  EXPECT_EQ(seen.counters.pages_mapped, 200U);
  odp_of(spec).prefetch = 0;
  EXPECT_EQ(checked_run(spec).counters.page_events, 200U);
}

// Each event takes a record; the thread that makes more is woken first.
TEST(OdpRuns, AnEventWithoutARecordWaitsForTheThreadThatMakesOne) {
  SystemSpec spec = paging();
  DeviceSpec& device = spec.devices[0];
  device.workload.queue_depth = 2;
  device.workload.reads = 1.0;
  spec.run.stop.operations = 2;
  const Seen roomy = checked_run(spec);
  odp_of(spec).event_pool = 1;
  const Seen tight = checked_run(spec);
  EXPECT_DOUBLE_EQ(roomy.stage("queue").sum_ns(), 0.0);
  EXPECT_DOUBLE_EQ(tight.stage("queue").sum_ns(),
                   odp_ns(sim::mean_of(spec.host.work_queue.wake_up)));
}

// A page that reclaim takes is zapped out of the device's translations as well.
TEST(OdpRuns, PagesGoAndComeBackWhereMemoryIsShort) {
  SystemSpec spec = paging();
  DeviceSpec& device = spec.devices[0];
  device.workload.kind = UniformSpec{};
  device.workload.footprint = 400 * kPageBytes;
  device.workload.queue_depth = 8;
  device.workload.operation = 4 * kPageBytes;
  spec.host.memory = 200 * kPageBytes;
  spec.run.stop.operations = 1'000;
  const Seen seen = checked_run(spec);
  EXPECT_GT(seen.counters.evictions, 0U);
  EXPECT_GT(seen.counters.faults_major, 0U);
  EXPECT_EQ(seen.counters.dma_operations, 1'000U);
}

// What the prefetch of one event brings takes the page of another before its peer sends again. No
// operation ever ends, and the peers never stop.
TEST(OdpRuns, PrefetchesLargerThanMemoryAreALivelockThatEndsTheRun) {
  SystemSpec spec = paging();
  DeviceSpec& device = spec.devices[0];
  device.on_fault = RnrSpec{};
  device.workload.kind = UniformSpec{};
  device.workload.footprint = 128 * kPageBytes;
  device.workload.queue_depth = 16;
  device.workload.reads = 1.0;
  spec.host.cores = 1;
  spec.host.memory = 24 * kPageBytes;
  spec.run.stop.operations = 1'000;
  ASSERT_TRUE(problems_of(spec).empty());
  std::string said = "it ended";
  try {
    run_system(spec);
  } catch (const sim::StuckError& error) {
    said = error.what();
  }
  EXPECT_THAT(said, testing::HasSubstr("no progress: "));
  EXPECT_THAT(said, testing::HasSubstr("taken away again before the device has used them"));
  EXPECT_THAT(said, testing::HasSubstr("devices/device.0 for page 0x"));
}

TEST(OdpProblems, NameTheStrategyAndTheReason) {
  SystemSpec spec = paging();
  EXPECT_TRUE(problems_of(spec).empty());
  spec.iommu.kind = IommuKind::smmu_stall;
  ASSERT_EQ(problems_of(spec).size(), 1U);
  EXPECT_EQ(problems_of(spec)[0].message,
            "accesses stall in an smmu_stall before the device could tell its driver");
  spec = paging();
  spec.devices[0].on_fault = PartialSpec{};
  EXPECT_FALSE(problems_of(spec).empty());
}

}  // namespace
}  // namespace faultpath::models
