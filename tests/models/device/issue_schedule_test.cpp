// When operations are issued: closed loops, Poisson arrivals and recorded times.
#include "models/device/issue_schedule.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <memory>
#include <vector>

#include "tests/models/support.hpp"

namespace faultpath::models {
namespace {

using Workloads = std::vector<std::unique_ptr<Workload>>;

Workloads patterns(const WorkloadSpec& spec, std::size_t contexts) {
  Workloads workloads;
  for (std::size_t i = 0; i < contexts; ++i) {
    workloads.push_back(make_workload({spec, Iova{0}, sim::RandomStream({}), {}}));
  }
  return workloads;
}

sim::RandomStream arrivals(std::uint64_t seed = 1) {
  return sim::RandomStream({seed, 0, "device", "arrivals"});
}

WorkloadSpec closed(std::uint32_t depth) {
  WorkloadSpec spec;
  spec.queue_depth = depth;
  return spec;
}
WorkloadSpec open(double rate) {
  WorkloadSpec spec;
  spec.rate = rate;
  return spec;
}

void expect_slot(IssueSchedule& schedule, sim::Time at, std::uint32_t context) {
  const auto slot = schedule.next();
  ASSERT_TRUE(slot);
  EXPECT_EQ(slot->at, at);
  EXPECT_EQ(slot->context, context);
  schedule.take(*slot);
}

TEST(IssueSchedule, AClosedLoopStartsWithItsQueueDepthOfEachContext) {
  const WorkloadSpec spec = closed(2);
  IssueSchedule schedule(spec, patterns(spec, 3), arrivals());
  schedule.start(at_ns(7));
  for (int round = 0; round < 2; ++round) {
    for (std::uint32_t context = 0; context < 3; ++context) {
      expect_slot(schedule, at_ns(7), context);
    }
  }
  EXPECT_FALSE(schedule.next());
}

TEST(IssueSchedule, InAClosedLoopACompletionIsTheNextIssueOfItsContext) {
  const WorkloadSpec spec = closed(1);
  IssueSchedule schedule(spec, patterns(spec, 2), arrivals());
  schedule.start(at_ns(0));
  expect_slot(schedule, at_ns(0), 0);
  expect_slot(schedule, at_ns(0), 1);
  schedule.complete(at_ns(30), 1);
  schedule.complete(at_ns(40), 0);
  expect_slot(schedule, at_ns(30), 1);
  expect_slot(schedule, at_ns(40), 0);
  EXPECT_FALSE(schedule.next());
}

TEST(IssueSchedule, AnOpenLoopDoesNotWaitForCompletions) {
  const WorkloadSpec spec = open(1e6);
  IssueSchedule schedule(spec, patterns(spec, 1), arrivals());
  schedule.start(at_ns(0));
  for (int i = 0; i < 100; ++i) {
    const auto slot = schedule.next();
    ASSERT_TRUE(slot);
    schedule.take(*slot);
    EXPECT_FALSE(schedule.next());  // the next is known once the operation has been fetched
    schedule.refill(*slot);
    EXPECT_GE(schedule.next()->at, slot->at);
  }
}

// Gaps are exponential: mean 1 us and coefficient of variation 1. Over 40,000 gaps the mean lies
// within 4 / sqrt(40,000) = 2 %, the squared coefficient within 4 * sqrt(8 / 40,000) = 5.7 %.
TEST(IssueSchedule, PoissonArrivalsComeAtTheirRate) {
  const WorkloadSpec spec = open(1e6);
  IssueSchedule schedule(spec, patterns(spec, 1), arrivals());
  schedule.start(at_ns(0));
  constexpr int kGaps = 40'000;
  double sum = 0.0, squares = 0.0;
  sim::Time before{};
  for (int i = 0; i < kGaps; ++i) {
    const auto slot = schedule.next();
    const double gap = sim::to_ns(slot->at - before);
    before = slot->at;
    sum += gap;
    squares += gap * gap;
    schedule.take(*slot);
    schedule.refill(*slot);
  }
  const double mean = sum / kGaps;
  EXPECT_NEAR(mean, 1000.0, 20.0);
  EXPECT_NEAR(squares / kGaps / (mean * mean) - 1.0, 1.0, 0.06);
}

// Twice the contexts, twice the arrivals: the rate is that of each context.
TEST(IssueSchedule, EachContextHasTheRate) {
  const WorkloadSpec spec = open(1e6);
  IssueSchedule schedule(spec, patterns(spec, 2), arrivals());
  schedule.start(at_ns(0));
  std::vector<int> seen(2);
  sim::Time last{};
  for (;;) {
    const auto slot = schedule.next();
    if (slot->at > at_ns(10'000'000)) break;
    EXPECT_GE(slot->at, last);
    last = slot->at;
    ++seen[slot->context];
    schedule.take(*slot);
    schedule.refill(*slot);
  }
  for (const int count : seen) EXPECT_NEAR(count, 10'000, 4 * std::sqrt(10'000.0));
}

TEST(IssueSchedule, ATimedTraceIsReplayedAtItsTimesFromTheStart) {
  auto trace = std::make_shared<TraceData>();
  trace->timed = true;
  for (const int ns : {0, 5, 5, 12}) {
    trace->entries.push_back({{Iova{1}, 1, false}, at_ns(ns), 0, 0});
  }
  WorkloadSpec spec;
  spec.kind = TraceSpec{};
  Workloads workloads;
  workloads.push_back(make_workload(
      {spec, Iova{0}, sim::RandomStream({}), make_cursors(trace, 0, 1, false).front()}));
  IssueSchedule schedule(spec, std::move(workloads), arrivals());
  schedule.start(at_ns(100));
  for (const int ns : {0, 5, 5, 12}) {
    const auto slot = schedule.next();
    ASSERT_TRUE(slot);
    EXPECT_EQ(slot->at, at_ns(100 + ns));
    schedule.take(*slot);
    schedule.fetch(0);
    schedule.refill(*slot);
  }
  EXPECT_FALSE(schedule.next());
}

}  // namespace
}  // namespace faultpath::models
