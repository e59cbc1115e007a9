// Whole runs whose faults user space handles: every kind, queue, thread and way to answer.
#include <gtest/gtest.h>

#include <string>

#include "models/assembly/iommu_kinds.hpp"
#include "models/assembly/run.hpp"
#include "tests/models/forked_run.hpp"
#include "tests/models/invariants.hpp"
#include "tests/models/support.hpp"

namespace faultpath::models {
namespace {

using sim::microseconds;

constexpr std::uint64_t kOperations = 400;

/// Three devices touch 200 pages; each has a PASID for its context, as AMD's requests need.
SystemSpec system(IommuKind kind, const RouteSpec& route) {
  SystemSpec spec = small_system();
  spec.iommu.kind = kind;
  spec.route = route;
  spec.host.era = Era::v7_1;
  AttachedDeviceSpec& device = spec.devices[0];
  device.count = 3;
  device.contexts = 1;
  device.own_contexts.resize(1);
  device.workload.kind = UniformSpec{};
  device.workload.queue_depth = 4;
  device.workload.footprint = 200 * kPageBytes;
  spec.run.stop.operations = kOperations;
  return spec;
}

IommufdSpec shared_file() {
  IommufdSpec route;
  route.queues = IommufdSpec::Queues::shared;
  return route;
}

class UserRoutes : public ::testing::TestWithParam<IommuKind> {};

TEST_P(UserRoutes, KeepTheLawsWithEveryQueueThreadAndMatch) {
  for (const UserMatch match : {UserMatch::cookie, UserMatch::device, UserMatch::pasid_and_index}) {
    for (const std::uint32_t threads : {1U, 3U}) {
      IommufdSpec own, shared = shared_file();
      own.threads = shared.threads = threads;
      own.match = shared.match = match;
      own.readers = UserReadersSpec::Readers::single;
      for (const IommufdSpec& route : {own, shared}) {
        SCOPED_TRACE(std::to_string(static_cast<int>(match)) + ", " + std::to_string(threads));
        const Seen seen = checked_run(system(GetParam(), RouteSpec(route)));
        EXPECT_EQ(seen.counters.dma_operations, kOperations);
        EXPECT_GT(seen.counters.faults_minor, 0U);
        EXPECT_GT(seen.counters.reader_wake_ups, 0U);
        if (match != UserMatch::pasid_and_index) {
          EXPECT_EQ(seen.counters.responses_misrouted, 0U);
        }
      }
    }
  }
}

TEST_P(UserRoutes, KeepTheLawsHoweverTheyAnswer) {
  for (const UserAnswers answers :
       {UserAnswers::twice, UserAnswers::unknown_first, UserAnswers::swapped}) {
    IommufdSpec route = shared_file();
    route.answers = answers;
    SCOPED_TRACE(static_cast<int>(answers));
    const Seen seen = checked_run(system(GetParam(), RouteSpec(route)));
    EXPECT_EQ(seen.counters.dma_operations, kOperations);
    if (answers == UserAnswers::swapped) {
      EXPECT_GT(seen.counters.responses_misrouted, 0U);
    } else {
      EXPECT_EQ(seen.counters.responses_refused, seen.counters.responses_success)
          << "one for each group";
    }
  }
}

TEST_P(UserRoutes, ServeGroupsOfSeveralPagesAndResets) {
  SystemSpec spec = system(GetParam(), RouteSpec(shared_file()));
  DeviceSpec& device = spec.devices[0];
  device.pri.group = 4;
  device.workload.operation = 4 * kPageBytes;
  device.reset.at = {microseconds(30), microseconds(90)};
  device.reset.duration = microseconds(5);
  checked_run(spec);
}

INSTANTIATE_TEST_SUITE_P(Kinds, UserRoutes,
                         ::testing::Values(IommuKind::vtd, IommuKind::smmu_pri,
                                           IommuKind::smmu_stall, IommuKind::amd, IommuKind::riscv),
                         [](const auto& kind) { return std::string(info_of(kind.param).name); });

TEST(UserRoute, TwoDevicesOfOneTableAreConfusedByPasidAndIndexAlone) {
  for (const UserMatch match : {UserMatch::device, UserMatch::pasid_and_index}) {
    IommufdSpec route;
    route.match = match;
    SystemSpec spec = system(IommuKind::vtd, RouteSpec(route));
    spec.devices[0].own_contexts.clear();
    spec.devices[0].address_space = "one";
    const Seen seen = checked_run(spec);
    EXPECT_EQ(seen.counters.responses_misrouted > 0, match == UserMatch::pasid_and_index);
    EXPECT_EQ(seen.counters.dma_operations, kOperations) << "who was forgotten asks again";
  }
}

TEST(UserRoute, AFileForEachTableTellsDevicesOfDifferentTablesApart) {
  IommufdSpec route;
  route.match = UserMatch::pasid_and_index;
  const Seen seen = checked_run(system(IommuKind::vtd, RouteSpec(route)));
  EXPECT_EQ(seen.counters.responses_misrouted, 0U);
}

// A group that is never answered keeps its credits until the file goes, and its operation fails.
TEST(UserRoute, WhatIsNeverAnsweredEndsWithTheFile) {
  IommufdSpec route = shared_file();
  route.answers = UserAnswers::never;
  route.events = {{microseconds(100), UserAction::close, "device"},
                  {microseconds(200), UserAction::destroy, "device"}};
  const SystemSpec spec = system(IommuKind::vtd, RouteSpec(route));
  const Seen seen = run(spec);
  const Counters& c = seen.counters;
  ASSERT_TRUE(seen.completed);
  EXPECT_EQ(c.responses_success, 0U);
  EXPECT_EQ(c.responses_invalid, c.page_request_groups);
  EXPECT_GT(c.responses_withheld, 0U);
  EXPECT_EQ(c.dma_operations + c.dma_dropped, kOperations);
  EXPECT_GE(seen.simulated, microseconds(200)) << "nobody answers before";
}

// A duration ends a run in which credits do not come back: never answered, left in a file that
// nobody reads any more, or larger than the buffer of a read().
TEST(UserRoute, WhatIsNeverAnsweredLeavesARunThatHasADurationWithoutItsCredits) {
  IommufdSpec never = shared_file();
  never.answers = UserAnswers::never;
  IommufdSpec closed = shared_file();
  closed.events = {{microseconds(100), UserAction::close, "device"}};
  IommufdSpec small = shared_file();
  small.records = 1;
  for (const IommufdSpec& route : {never, closed, small}) {
    SystemSpec spec = system(IommuKind::vtd, RouteSpec(route));
    for (AttachedDeviceSpec& device : spec.devices) {
      device.pri.group = 2;
      device.workload.operation = 2 * kPageBytes;
    }
    spec.run.stop = {.duration = microseconds(500), .operations = {}, .faults = {}};
    const Seen seen = checked_run(spec);
    EXPECT_GT(seen.counters.requests_unanswered, 0U);
    EXPECT_EQ(static_cast<std::uint64_t>(seen.gauge("outstanding_requests").final),
              seen.counters.requests_unanswered);
    EXPECT_GT(seen.counters.dma_dropped, 0U) << "operations that still wait in the end";
  }
}

TEST(UserRoute, GroupsOfAFormerFileWaitUntilItIsDestroyed) {
  IommufdSpec route;
  route.exceptions = {{.device = "device", .answers = UserAnswers::never, .share = 0.1}};
  route.events = {{microseconds(50), UserAction::replace_new_file, "device"},
                  {microseconds(150), UserAction::replace_same_file, "device"},
                  {microseconds(900), UserAction::detach, "device"},
                  {microseconds(1000), UserAction::destroy, "device"}};
  SystemSpec spec = system(IommuKind::vtd, RouteSpec(route));
  const Seen seen = run(spec);
  const Counters& c = seen.counters;
  ASSERT_TRUE(seen.completed);
  EXPECT_EQ(c.responses_success + c.responses_invalid, c.page_request_groups);
  EXPECT_GT(c.responses_invalid, 0U);
  EXPECT_EQ(c.dma_operations + c.dma_dropped, kOperations);
}

// ---- containers

SystemSpec container(IommuKind kind, SecondStageBacking backing) {
  SystemSpec spec = system(kind, RouteSpec(ContainerSpec{}));
  spec.iommu.levels.stage2 = 4;
  spec.iommu.second_stage.backing = backing;
  return spec;
}

TEST_P(UserRoutes, AContainerKeepsTheLawsWithOneLevelAndWithTwo) {
  SystemSpec one_level = container(GetParam(), {});
  one_level.iommu.levels.stage2 = 0;
  const Seen flat = checked_run(one_level);
  EXPECT_EQ(flat.counters.faults_stage2, 0U);
  EXPECT_GT(flat.counters.faults_stage1, 0U);
  const Seen pinned = checked_run(container(GetParam(), SecondStageBacking::pinned));
  EXPECT_EQ(pinned.counters.faults_stage2, 0U);
  EXPECT_GT(pinned.counters.faults_stage1, 0U);
  SystemSpec both = container(GetParam(), SecondStageBacking::on_demand);
  both.devices[0].pri.group = 4;
  both.devices[0].workload.operation = 4 * kPageBytes;
  const Seen on_demand = checked_run(both);
  EXPECT_GT(on_demand.counters.faults_stage2, 0U);
  EXPECT_GT(on_demand.counters.faults_stage1, 0U);
}

// The queue of the second level is everybody's, those of the first level are not.
TEST(Container, ASlowGuestHoldsUpItsOwnQueueOnly) {
  SystemSpec spec = container(IommuKind::smmu_stall, SecondStageBacking::pinned);
  spec.devices.push_back(spec.devices[0]);
  spec.traces.resize(2);
  spec.devices[0].name = "slow";
  spec.devices[0].observed = false;
  spec.devices[0].count = 1;
  ContainerSpec route;
  route.exceptions = {{.device = "slow", .fetch = constant(microseconds(300))}};
  spec.route = RouteSpec(route);
  const sim::Duration own = checked_run(spec).distribution("fault_latency_ns").max;
  EXPECT_LT(own, microseconds(300));
  IommufdSpec one = shared_file();
  one.exceptions = route.exceptions;
  spec.route = RouteSpec(one);
  EXPECT_GT(checked_run(spec).distribution("fault_latency_ns").max, microseconds(300));
}

}  // namespace
}  // namespace faultpath::models
