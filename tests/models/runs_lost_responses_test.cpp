// Whole runs in which answers get lost, under each time-out: what comes back, and how they end.
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <tuple>

#include "models/assembly/run.hpp"
#include "sim/simulation.hpp"
#include "tests/models/invariants.hpp"
#include "tests/models/support.hpp"

namespace faultpath::models {
namespace {

using sim::microseconds;
using sim::milliseconds;

constexpr std::uint32_t kCredits = 8;
constexpr std::uint64_t kBefore = 50;

// A device with more operations in flight than credits, of which each takes one page request. After
// the first answers `lost` ones are lost.
SystemSpec losing(std::uint64_t lost, TimeoutAction action) {
  SystemSpec spec = small_system();
  DeviceSpec& device = spec.devices[0];
  device.pri.allocation = kCredits;
  device.workload.footprint = 1000 * kPageBytes;
  device.workload.queue_depth = 4 * kCredits;
  if (action == TimeoutAction::failure_reset) device.reset.duration = microseconds(50);
  spec.host.iopf.lost.share = 1.0;
  spec.host.iopf.lost.after = kBefore;
  spec.host.iopf.lost.at_most = lost;
  spec.host.iopf.timeout = {action, microseconds(300)};
  spec.run.stop = {.duration = milliseconds(2), .operations = {}, .faults = {}};
  return spec;
}

// The contract: sent = answered + outstanding, where no queue drops.
std::uint64_t left(const Seen& seen) {
  return static_cast<std::uint64_t>(seen.gauge("outstanding_requests").final);
}

TEST(LostResponseRuns, WithoutATimeOutCreditsDoNotComeBack) {
  const Seen seen = checked_run(losing(3, TimeoutAction::off));
  EXPECT_EQ(seen.counters.lost_responses, 3U);
  EXPECT_EQ(left(seen), 3U);
  EXPECT_EQ(seen.counters.page_requests, seen.counters.requests_answered + 3);
  EXPECT_GE(seen.counters.dma_dropped, 3U) << "operations that still wait in the end";
  EXPECT_LE(seen.counters.dma_dropped, 4U * kCredits) << "some for the page of another one";
  EXPECT_LT(seen.distribution("dma_latency_ns").max, milliseconds(2)) << "none goes on after that";
  EXPECT_GT(seen.counters.requests_answered, 2 * kBefore) << "it goes on with the other credits";
}

// All credits are lost with the answers behind the first: nothing is asked for any more.
TEST(LostResponseRuns, WithoutCreditsADeviceAsksForNothing) {
  const Seen seen = checked_run(losing(kCredits, TimeoutAction::off));
  EXPECT_EQ(seen.counters.page_requests, kBefore + kCredits);
  EXPECT_EQ(left(seen), kCredits);
  EXPECT_EQ(seen.counters.requests_unanswered, kCredits);
}

TEST(LostResponseRuns, AWarningCountsThemAndChangesNothing) {
  const Seen off = checked_run(losing(kCredits, TimeoutAction::off));
  Seen warned = checked_run(losing(kCredits, TimeoutAction::warn));
  EXPECT_EQ(warned.counters.timeouts, kCredits);
  EXPECT_EQ(left(warned), kCredits);
  EXPECT_EQ(warned.counters.page_requests, off.counters.page_requests);
  EXPECT_EQ(warned.counters.dma_operations, off.counters.dma_operations);
}

TEST(LostResponseRuns, AnInvalidInTheirPlaceBringsCreditsBackAndFailsTheOperations) {
  const Seen seen = checked_run(losing(kCredits, TimeoutAction::invalid));
  EXPECT_EQ(seen.counters.timeouts, kCredits);
  EXPECT_EQ(seen.counters.responses_invalid, kCredits);
  EXPECT_EQ(seen.counters.dma_dropped, kCredits);
  EXPECT_EQ(left(seen), 0U);
  EXPECT_GT(seen.counters.page_requests, 2 * (kBefore + kCredits));
}

TEST(LostResponseRuns, AFailureEndsTheInterfaceUntilTheResetBringsItBack) {
  const Seen seen = checked_run(losing(kCredits, TimeoutAction::failure_reset));
  EXPECT_EQ(seen.counters.responses_failure, kCredits);
  EXPECT_EQ(left(seen), 0U);
  EXPECT_GE(seen.counters.dma_dropped, kCredits);
  EXPECT_GT(seen.counters.responses_success, 2 * kBefore) << "after the reset";
}

// Nothing is pending in the core: it does not know that an answer has not arrived.
TEST(LostResponseRuns, AMessageThatIsLostOnItsWayIsOutOfReachOfATimeOut) {
  for (const TimeoutAction action : {TimeoutAction::invalid, TimeoutAction::failure_reset}) {
    SystemSpec spec = losing(3, action);
    spec.host.iopf.lost.where = LostResponseSpec::Where::message;
    const Seen seen = checked_run(spec);
    EXPECT_EQ(seen.counters.timeouts, 0U);
    EXPECT_EQ(left(seen), 3U);
  }
}

// Software drains after a reset; credits are replenished by it.
TEST(LostResponseRuns, AResetBringsBackTheCreditsOfMessages) {
  SystemSpec spec = losing(3, TimeoutAction::off);
  spec.host.iopf.lost.where = LostResponseSpec::Where::message;
  spec.devices[0].reset.at = {milliseconds(1)};
  spec.devices[0].reset.duration = microseconds(50);
  const Seen seen = checked_run(spec);
  EXPECT_EQ(left(seen), 0U);
  EXPECT_EQ(seen.counters.dma_dropped, 0U) << "the driver issues them again";
}

TEST(LostResponseRuns, AnAnswerThatComesLateIsIgnoredSince69AndGoesAstrayBefore) {
  SystemSpec spec = losing(kCredits, TimeoutAction::invalid);
  spec.host.iopf.lost.late = microseconds(650);  // later than two periods
  const Seen since = checked_run(spec);
  EXPECT_EQ(since.counters.late_responses, kCredits);
  EXPECT_EQ(since.counters.misplaced_responses, 0U);
  spec.host.era = Era::v6_7;
  const Seen before = checked_run(spec);
  EXPECT_GT(before.counters.misplaced_responses, 0U);
  EXPECT_GT(before.counters.late_responses, since.counters.late_responses)
      << "whose answer has been taken finds its group answered";
  EXPECT_EQ(left(before), 0U);
}

class LostResponsesOfEveryKind
    : public ::testing::TestWithParam<std::tuple<IommuKind, TimeoutAction>> {};

// The identity of the contract, under each time-out, whoever loses them.
TEST_P(LostResponsesOfEveryKind, KeepTheLaws) {
  const auto [kind, action] = GetParam();
  for (const auto where : {LostResponseSpec::Where::handler, LostResponseSpec::Where::message}) {
    for (const bool late : {false, true}) {
      SystemSpec spec = losing(5, action);
      spec.strategy = {"sva", SvaSpec{}};
      spec.iommu.kind = kind;
      spec.devices[0].count = 2;
      spec.devices[0].pri.group = 2;
      spec.devices[0].workload.operation = 2 * kPageBytes;
      spec.host.iopf.lost.where = where;
      if (late) spec.host.iopf.lost.late = microseconds(400);
      SCOPED_TRACE(late);
      const Seen seen = checked_run(spec);
      EXPECT_EQ(seen.counters.page_requests, ended_requests(seen.counters));
      EXPECT_GE(seen.counters.lost_responses, 5U);
      SystemSpec stepwise = spec;
      stepwise.run.temporal_decoupling = false;
      EXPECT_EQ(difference(seen, run(stepwise)), "");
    }
  }
}

INSTANTIATE_TEST_SUITE_P(
    Kinds, LostResponsesOfEveryKind,
    ::testing::Combine(::testing::Values(IommuKind::vtd, IommuKind::smmu_pri, IommuKind::smmu_stall,
                                         IommuKind::amd, IommuKind::riscv),
                       ::testing::Values(TimeoutAction::off, TimeoutAction::warn,
                                         TimeoutAction::invalid, TimeoutAction::failure_reset)));

// In the child of a death test: SimGrid has one engine a process.
[[noreturn]] void run_and_exit(const SystemSpec& spec) {
  try {
    run_system(spec);
  } catch (const sim::StuckError& error) {
    std::fprintf(stderr, "%s\n", error.what());
    std::_Exit(3);
  }
  std::_Exit(0);
}

TEST(LostResponsesDeathTest, WithoutADurationTheRunSaysWhoWaits) {
  SystemSpec spec = losing(2, TimeoutAction::off);
  spec.run.stop = {.duration = {}, .operations = 1000, .faults = {}};
  EXPECT_EXIT(run_and_exit(spec), testing::ExitedWithCode(3),
              "waits for page group response(.|\n)*2 page requests of devices/device.0 have no "
              "answer: host.iopf.lost_responses loses some");
}

}  // namespace
}  // namespace faultpath::models
