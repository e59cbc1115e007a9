// Whole runs with a page request queue that is too small, and with one that is large enough.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "models/assembly/run.hpp"
#include "tests/models/invariants.hpp"
#include "tests/models/support.hpp"

namespace faultpath::models {
namespace {

constexpr std::uint64_t kOperations = 1000;

// Fifteen devices with eight credits each: 120 requests can be outstanding.
SystemSpec storm(std::uint32_t queue_entries, std::uint32_t group = 1) {
  SystemSpec spec = small_system();
  spec.iommu.queue_entries = queue_entries;
  DeviceSpec& device = spec.devices[0];
  device.count = 15;
  device.pri.allocation = 8;
  device.pri.group = group;
  device.workload.kind = UniformSpec{};
  device.workload.queue_depth = 16;
  device.workload.operation = group * kPageBytes;
  device.workload.footprint = 2000 * kPageBytes;
  spec.run.stop.operations = kOperations;
  return spec;
}

TEST(OverflowStorm, RecoversAndLosesNoFault) {
  for (const std::uint32_t entries : {2U, 4U, 16U, 64U}) {
    SCOPED_TRACE(entries);
    const Seen seen = checked_run(storm(entries));
    const Counters& c = seen.counters;
    EXPECT_GT(c.queue_overflows, 0U);
    EXPECT_GT(c.auto_responses, 0U);
    EXPECT_EQ(c.requests_dropped, 0U);  // groups of one have no request that is not the last
    EXPECT_EQ(c.page_requests, ended_requests(c));
    EXPECT_EQ(c.dma_operations, kOperations);
    EXPECT_EQ(seen.distribution("dma_latency_ns").count, kOperations);
    EXPECT_EQ(seen.gauge("queue_depth").max, entries - 1);
  }
}

TEST(OverflowStorm, WithGroupsDropsAndDiscardsWhatIsNotTheLast) {
  const Seen seen = checked_run(storm(16, 4));
  const Counters& c = seen.counters;
  EXPECT_GT(c.requests_dropped, 0U);
  EXPECT_GT(c.requests_discarded, 0U);
  EXPECT_GT(c.partial_groups_discarded, 0U);
  EXPECT_GE(c.requests_discarded, c.partial_groups_discarded);
  EXPECT_EQ(c.page_requests, ended_requests(c));
  EXPECT_EQ(c.dma_dropped, 0U);
  EXPECT_EQ(seen.distribution("dma_latency_ns").count, kOperations);
}

// An automatic Success maps nothing: the page is asked for again.
TEST(OverflowStorm, EveryAutomaticAnswerLeadsToAnotherRequest) {
  const Counters c = checked_run(storm(16)).counters;
  EXPECT_EQ(c.page_requests - c.auto_responses,
            c.faults_minor + c.faults_major + c.faults_spurious);
}

TEST(OverflowStorm, ARetryDelayCalmsIt) {
  SystemSpec spec = storm(16);
  const Counters eager = checked_run(spec).counters;
  spec.devices[0].pri.retry_delay = constant(sim::microseconds(50));
  const Counters patient = checked_run(spec).counters;
  EXPECT_LT(patient.auto_responses, eager.auto_responses);
}

// Linux doubles the queue because entries are freed at the end of a batch only: a credit that is
// answered during a batch can be spent once more meanwhile. 2 * 120 <= 255.
TEST(OverflowBound, TwiceTheCreditsAreEnough) {
  for (const std::uint32_t group : {1U, 4U}) {
    for (const std::uint64_t seed : {1U, 2U, 3U}) {
      SystemSpec spec = storm(256, group);
      spec.run.seed = seed;
      spec.host.cores = 16;
      const Seen seen = checked_run(spec);
      EXPECT_EQ(seen.counters.queue_overflows, 0U);
      EXPECT_EQ(seen.counters.auto_responses + seen.counters.requests_dropped, 0U);
    }
  }
}

// A slow thread beside fast handlers spends credits again within a batch: 127 entries are more
// than the 120 credits, and yet too few.
TEST(OverflowBound, TheCreditsAloneAreNot) {
  SystemSpec spec = storm(128);
  spec.host.cores = 16;
  spec.host.interrupt.per_request = constant(sim::microseconds(2));
  EXPECT_GT(checked_run(spec).counters.queue_overflows, 0U);
  spec.iommu.queue_entries = 256;
  EXPECT_EQ(checked_run(spec).counters.queue_overflows, 0U);
}

// One usable entry and groups of two: the first takes it, the last finds the queue full and is
// answered by it, the driver discards the first as partial, and the device asks for both again.
TEST(OverflowStorm, AGroupThatNeverFitsIsReportedInsteadOfGoingRoundForEver) {
  SystemSpec spec = storm(2, 2);
  spec.devices[0].count = 1;
  spec.devices[0].workload.queue_depth = 1;
  try {
    run_system(spec);
    FAIL() << "the run came to an end";
  } catch (const sim::StuckError& error) {
    EXPECT_THAT(error.what(), testing::HasSubstr("no progress: "));
    EXPECT_THAT(error.what(), testing::HasSubstr("devices/device.0"));
  }
}

// The message of the watch is one line; what else is wrong begins a new one.
TEST(OverflowStorm, AReportOfNoProgressNamesMissingAnswersInALineOfTheirOwn) {
  SystemSpec spec = storm(2, 2);
  spec.devices[0].count = 1;
  spec.devices[0].workload.queue_depth = 1;
  spec.devices.push_back(spec.devices[0]);
  spec.devices[1].name = "single";
  spec.devices[1].pri.group = 1;
  spec.devices[1].workload.operation = kPageBytes;  // one request, which is the first to arrive
  spec.devices[1].link.latency = sim::nanoseconds(1);
  spec.traces.emplace_back();
  spec.host.iopf.lost.share = 1.0;
  try {
    run_system(spec);
    FAIL() << "the run came to an end";
  } catch (const sim::StuckError& error) {
    EXPECT_THAT(error.what(), testing::StartsWith("no progress: "));
    EXPECT_THAT(error.what(),
                testing::HasSubstr("\n1 page requests of devices/single.0 have no answer"));
  }
}

// Without PPS and PPAR what SMMUv3's full queue answers has no PASID (IHI 0070, 8.1); to a device
// that requires it that is no answer, and PRI has no time-out of its own.
TEST(OverflowStorm, AnswersThatMatchNoGroupLeaveItWaitingAndTheRunSaysSo) {
  SystemSpec spec = storm(2);
  spec.strategy = {"sva", SvaSpec{}};
  spec.iommu.kind = IommuKind::smmu_pri;
  spec.iommu.kind.as<SmmuPriSpec>() = {.pps = false, .ppar = false};
  EXPECT_EQ(checked_run(spec).counters.responses_unmatched, 0U) << "nobody requires it";
  for (DeviceSpec& device : spec.devices) device.pri.response_pasid_required = true;
  try {
    run_system(spec);
    FAIL() << "the run came to an end";
  } catch (const sim::StuckError& error) {
    EXPECT_THAT(error.what(), testing::HasSubstr("waits for page group response"));
    EXPECT_THAT(error.what(), testing::HasSubstr("matched no outstanding group"));
  }
}

}  // namespace
}  // namespace faultpath::models
