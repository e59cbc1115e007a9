// Whole runs in which contexts and devices have processes and strategies of their own.
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "models/kernel/eras.hpp"
#include "tests/models/invariants.hpp"
#include "tests/models/support.hpp"

namespace faultpath::models {
namespace {

constexpr std::uint64_t kPages = 64;

// Two rounds over all pages in order, by each of so many PASIDs.
Trace two_rounds(std::uint32_t pasids) {
  auto trace = std::make_shared<TraceData>();
  for (std::uint64_t i = 0; i < 2 * kPages; ++i) {
    const Operation read{start_of(IovaPage{i % kPages}), kPageBytes, false};
    for (std::uint32_t pasid = 0; pasid < pasids; ++pasid) {
      trace->entries.push_back({read, sim::Time{}, 0, pasid});
    }
  }
  return trace;
}

// One operation at a time, in each context.
AttachedDeviceSpec reader(std::uint32_t contexts) {
  AttachedDeviceSpec device = small_system().devices[0];
  device.contexts = contexts;
  device.workload.queue_depth = 1;
  device.workload.kind = TraceSpec{};
  return device;
}

SystemSpec three_pasids() {
  SystemSpec spec = small_system();
  spec.processes = {{.name = "app", .count = 1, .memory = {}, .areas = {}, .cpu = {}},
                    {.name = "limited", .count = 1, .memory = {}, .areas = {}, .cpu = {}},
                    {.name = "pinned", .count = 1, .memory = {}, .areas = {}, .cpu = {}}};
  AttachedDeviceSpec device = reader(3);
  device.own_contexts = {
      {.process = "app", .strategy = StrategySpec{"sva", SvaSpec{}}},
      {.process = "limited",
       .strategy = StrategySpec{"lru", LruLockedSpec{.limit = {16 * kPageBytes}}}},
      {.process = "pinned", .strategy = StrategySpec{"pin", PinSpec{}}}};
  spec.devices = {device};
  spec.traces = {two_rounds(3)};
  spec.run.stop = {};
  return spec;
}

// Its PASID is known to nobody who handles faults: Invalid to each of its requests. The others do
// not notice.
TEST(AttachmentRuns, ARefusedPasidIsAnsweredInvalidAndLeavesTheOthersAlone) {
  for (const FaultRoute route : {FaultRoute::per_pasid, FaultRoute::per_page_table}) {
    SystemSpec spec = three_pasids();
    spec.route = route;
    spec.devices[0].own_contexts[0].refused = true;
    const Counters c = run(spec).counters;
    EXPECT_EQ(c.dma_dropped, 2 * kPages);
    EXPECT_EQ(c.responses_invalid, 2 * kPages);
    EXPECT_EQ(c.dma_operations, 2 * 2 * kPages);
    EXPECT_EQ(c.faults_minor + c.faults_major, 2 * kPages) << "of the one with a limit";
  }
}

SystemSpec refuses_one_of_two(Era era, std::uint32_t group, std::uint32_t queue_depth) {
  SystemSpec spec = three_pasids();
  spec.host.era = era;
  spec.route = FaultRoute::per_pasid;
  spec.processes.resize(1);
  AttachedDeviceSpec& device = spec.devices[0];
  device.own_contexts = {{.process = "app", .strategy = StrategySpec{"sva", SvaSpec{}}},
                         {.process = "app", .strategy = StrategySpec{"sva", SvaSpec{}}}};
  device.own_contexts[1].refused = true;
  device.contexts = 2;
  device.pri.group = group;
  device.workload.kind = UniformSpec{};
  device.workload.footprint = 1024 * kPageBytes;
  device.workload.operation = 4 * kPageBytes;
  device.workload.queue_depth = queue_depth;
  spec.traces = {nullptr};
  spec.run.stop.operations = 1000;
  return spec;
}

// Since 6.11 each request of a group is answered Invalid, not only the last. The device takes the
// first answer for that of the group and uses the index again, so that the next answers meet groups
// whose handlers are at work.
TEST(AttachmentRuns, AnswersToEachRequestOfARefusedGroupReachGroupsThatHaveItsIndexNow) {
  for (const EraRules& rules : eras()) {
    SCOPED_TRACE(rules.name);
    const Counters c = checked_run(refuses_one_of_two(rules.era, 4, 8)).counters;
    EXPECT_GT(c.responses_invalid, 0U);
    EXPECT_EQ(c.responses_unmatched > 0, rules.looks_up_every_request);
  }
}

TEST(AttachmentRuns, TheSecondAnswerToARefusedGroupComesWhenItsDeviceWaitsForNone) {
  for (const std::uint32_t group : {2U, 3U}) {
    for (const std::uint64_t seed : {1U, 2U, 3U, 4U}) {
      SCOPED_TRACE(seed);
      SystemSpec spec = refuses_one_of_two(Era::v7_1, group, 2);
      spec.iommu.kind = IommuKind::smmu_pri;
      spec.devices[0].workload.operation = 8 * kPageBytes;
      spec.run.seed = seed;
      EXPECT_GT(checked_run(spec).counters.responses_unmatched, 0U);
    }
  }
}

// One PASID is bound to its process, one is reported, one is refused: user space reads the groups
// of the second alone.
TEST(AttachmentRuns, APasidSaysWhetherItsFaultsAreBoundReportedOrRefused) {
  SystemSpec spec = three_pasids();
  spec.route = RouteSpec(PerPasidSpec{.user_space = UserReadersSpec{}});
  spec.devices[0].own_contexts[1].reported = true;
  spec.devices[0].own_contexts[1].strategy = StrategySpec{"iopf", IopfSpec{}};
  spec.devices[0].own_contexts[2].strategy = StrategySpec{"iopf", IopfSpec{}};
  spec.devices[0].own_contexts[2].refused = true;
  const Counters c = checked_run(spec).counters;
  EXPECT_EQ(c.faults_minor, 2 * kPages) << "of the first and the second";
  EXPECT_EQ(c.responses_success, 2 * kPages);
  EXPECT_EQ(c.responses_invalid, 2 * kPages) << "of the third, which asks in both rounds";
  EXPECT_GE(c.reader_wake_ups, 1U);
  EXPECT_LE(c.reader_wake_ups, kPages) << "at most once for a group of the second";
}

// Without a PASID a recoverable fault is refused, or user space is told of it.
TEST(AttachmentRuns, ARequestWithoutAPasidIsReportedByTheRouteOfPasids) {
  SystemSpec spec = small_system();
  spec.route = RouteSpec(PerPasidSpec{.user_space = UserReadersSpec{}});
  const Counters c = checked_run(spec).counters;
  EXPECT_EQ(c.faults_minor, 64U);
  EXPECT_EQ(c.responses_success, 64U);
  EXPECT_EQ(c.reader_wake_ups, 64U);
}

// Two rounds over 64 pages: SVA faults once a page, a limit of 16 pages each time, pin never.
TEST(AttachmentRuns, EachPasidHasTheFaultsOfItsStrategy) {
  const Seen seen = checked_run(three_pasids());
  EXPECT_EQ(seen.counters.faults_minor + seen.counters.faults_major, kPages + 2 * kPages);
  EXPECT_EQ(seen.gauge("locked_bytes").max, static_cast<std::int64_t>((kPages + 16) * kPageBytes));
  EXPECT_EQ(seen.counters.pages_pinned, kPages + 2 * kPages);
  EXPECT_EQ(seen.counters.evictions, 2 * kPages - 16);
}

// Only who shares the I/O page table profits from what another has faulted in.
TEST(AttachmentRuns, WhoSharesATableFaultsOnceAndWhoSharesTheProcessOnItsOwn) {
  SystemSpec spec = small_system();
  spec.processes = {{.name = "vmm", .count = 1, .memory = {}, .areas = {}, .cpu = {}}};
  spec.strategy = {"iopf", IopfSpec{}};
  spec.devices = {reader(1), reader(1), reader(1)};
  spec.traces.assign(3, two_rounds(1));
  for (std::size_t i = 0; i < 3; ++i) {
    spec.devices[i].name = "d" + std::to_string(i);
    spec.devices[i].process = "vmm";
  }
  spec.devices[0].address_space = spec.devices[1].address_space = "container";
  spec.run.stop = {};
  const Seen seen = checked_run(spec);
  EXPECT_EQ(seen.counters.pages_mapped, 2 * kPages) << "once in each of two tables";
  EXPECT_EQ(seen.gauge("resident_bytes").final, static_cast<std::int64_t>(kPages * kPageBytes))
      << "the pages of one process";
}

}  // namespace
}  // namespace faultpath::models
