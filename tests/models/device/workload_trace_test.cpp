// Traces: who replays which entry.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "models/device/workload.hpp"
#include "tests/models/support.hpp"

namespace faultpath::models {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

struct Line {
  std::uint64_t page;
  std::uint32_t device = 0, pasid = 0;
};

Trace trace_of(std::initializer_list<Line> lines) {
  auto trace = std::make_shared<TraceData>();
  for (const Line& line : lines) {
    trace->entries.push_back({{Iova{line.page}, 1, false}, sim::Time{}, line.device, line.pasid});
  }
  return trace;
}

std::unique_ptr<Workload> replay_of(std::shared_ptr<TraceCursor> cursor) {
  WorkloadSpec spec;
  spec.kind = TraceSpec{};
  return make_workload({spec, Iova{0}, sim::RandomStream({}), std::move(cursor)});
}

std::vector<std::uint64_t> rest(Workload& workload) {
  std::vector<std::uint64_t> result;
  while (const auto operation = workload.next()) result.push_back(operation->address.value);
  return result;
}

TEST(TraceWorkload, ReplaysEveryEntryInOrderAndEnds) {
  auto trace = std::make_shared<TraceData>();
  trace->entries = {{{Iova{100}, 7, true}, {}, 0, 0}, {{Iova{50}, 9, false}, {}, 0, 0}};
  const auto workload = replay_of(make_cursors(trace, 0, 1, false).front());
  const auto first = workload->next();
  EXPECT_EQ(first->address, Iova{100});
  EXPECT_EQ(first->bytes, 7U);
  EXPECT_TRUE(first->write);
  EXPECT_EQ(workload->due(), std::nullopt);  // the trace is not timed
  EXPECT_EQ(workload->next()->address, Iova{50});
  EXPECT_EQ(workload->next(), std::nullopt);
  EXPECT_EQ(workload->next(), std::nullopt);
}

TEST(TraceWorkload, WithoutAColumnEveryInstanceReplaysAll) {
  const Trace trace = trace_of({{1}, {2}, {3}});
  for (const std::uint32_t instance : {0U, 1U}) {
    EXPECT_THAT(rest(*replay_of(make_cursors(trace, instance, 1, false).front())),
                ElementsAre(1, 2, 3));
  }
}

TEST(TraceWorkload, TheDeviceColumnSaysWhichInstance) {
  const Trace trace = trace_of({{1, 0}, {2, 1}, {3, 0}, {4, 1}});
  EXPECT_THAT(rest(*replay_of(make_cursors(trace, 0, 1, false).front())), ElementsAre(1, 3));
  EXPECT_THAT(rest(*replay_of(make_cursors(trace, 1, 1, false).front())), ElementsAre(2, 4));
}

TEST(TraceWorkload, AnInstanceThatTheTraceDoesNotNameHasNothingToDo) {
  const Trace trace = trace_of({{1, 0}, {2, 2}});
  EXPECT_THAT(rest(*replay_of(make_cursors(trace, 1, 1, false).front())), IsEmpty());
  EXPECT_THAT(rest(*replay_of(make_cursors(trace, 1, 1, true).front())), IsEmpty());
}

TEST(TraceWorkload, ThePasidColumnSaysWhichContext) {
  const Trace trace = trace_of({{1, 0, 1}, {2, 0, 0}, {3, 0, 1}, {4, 1, 1}});
  const auto cursors = make_cursors(trace, 0, 2, false);
  ASSERT_EQ(cursors.size(), 2U);
  EXPECT_THAT(rest(*replay_of(cursors[0])), ElementsAre(2));
  EXPECT_THAT(rest(*replay_of(cursors[1])), ElementsAre(1, 3));
}

TEST(TraceWorkload, ContextsShareATraceWithoutPasids) {
  const auto cursors = make_cursors(trace_of({{1}, {2}, {3}}), 0, 2, false);
  ASSERT_EQ(cursors.size(), 2U);
  const auto a = replay_of(cursors[0]);
  const auto b = replay_of(cursors[1]);
  EXPECT_EQ(a->next()->address.value, 1U);
  EXPECT_EQ(b->next()->address.value, 2U);
  EXPECT_EQ(b->next()->address.value, 3U);
  EXPECT_EQ(a->next(), std::nullopt);
}

TEST(TraceWorkload, ARepeatedTraceStartsAgain) {
  const auto workload = replay_of(make_cursors(trace_of({{1}, {2}}), 0, 1, true).front());
  for (const std::uint64_t page : {1U, 2U, 1U, 2U, 1U}) {
    EXPECT_EQ(workload->next()->address.value, page);
  }
}

TEST(TraceWorkload, ATimedTraceSaysWhenItsNextOperationIsDue) {
  auto trace = std::make_shared<TraceData>();
  trace->timed = true;
  trace->entries = {{{Iova{1}, 1, false}, at_ns(5), 0, 0}, {{Iova{2}, 1, false}, at_ns(9), 0, 0}};
  const auto workload = replay_of(make_cursors(trace, 0, 1, false).front());
  EXPECT_EQ(workload->due(), at_ns(5));
  workload->next();
  EXPECT_EQ(workload->due(), at_ns(9));
  workload->next();
  EXPECT_EQ(workload->due(), std::nullopt);
}

Trace timed_trace(std::initializer_list<std::pair<std::int64_t, Line>> lines) {
  auto trace = std::make_shared<TraceData>();
  trace->timed = true;
  for (const auto& [ns, line] : lines) {
    trace->entries.push_back({{Iova{line.page}, 1, false}, at_ns(ns), line.device, line.pasid});
  }
  return trace;
}

std::vector<sim::Time> next_times(Workload& workload, int count) {
  std::vector<sim::Time> times;
  for (; count > 0; --count) {
    times.push_back(workload.due().value());
    workload.next();
  }
  return times;
}

// n accesses in n - 1 gaps: with one gap more the rate stays that of the recording.
TEST(TraceWorkload, ThePeriodIsWhatTheRecordingSpansAndAMeanGap) {
  using sim::nanoseconds;
  EXPECT_EQ(period_of(*timed_trace({{0, {}}, {10, {}}, {20, {}}, {30, {}}})), nanoseconds(40));
  EXPECT_EQ(period_of(*timed_trace({{500, {}}, {500, {}}, {590, {}}})), nanoseconds(135));
  auto many = std::make_shared<TraceData>();
  many->timed = true;
  for (const std::int64_t ps : {0, 0, 0, 1}) many->entries.push_back({{}, at_ps(ps), 0, 0});
  EXPECT_EQ(period_of(*many), sim::picoseconds(2)) << "never as short as the recording";
}

TEST(TraceWorkload, ARecordingThatSpansNoTimeHasNoPeriod) {
  EXPECT_EQ(period_of(*timed_trace({{7, {}}})), sim::Duration::zero());
  EXPECT_EQ(period_of(*timed_trace({{7, {}}, {7, {}}})), sim::Duration::zero());
  EXPECT_EQ(period_of(*trace_of({{1}, {2}})), sim::Duration::zero());
}

TEST(TraceWorkload, EachPassOfARepeatedTimedTraceIsDueAPeriodLater) {
  const auto workload =
      replay_of(make_cursors(timed_trace({{5, {1}}, {9, {2}}, {15, {3}}}), 0, 1, true).front());
  EXPECT_THAT(next_times(*workload, 9),
              ElementsAre(at_ns(5), at_ns(9), at_ns(15), at_ns(20), at_ns(24), at_ns(30), at_ns(35),
                          at_ns(39), at_ns(45)));
}

// Their times among each other are those of the recording in every pass.
TEST(TraceWorkload, InstancesAndContextsRepeatByThePeriodOfTheWholeRecording) {
  const Trace trace = timed_trace({{0, {1, 0, 0}}, {10, {2, 1, 1}}, {30, {3, 0, 1}}});
  const auto first = make_cursors(trace, 0, 2, true);
  EXPECT_THAT(next_times(*replay_of(first[0]), 3), ElementsAre(at_ns(0), at_ns(45), at_ns(90)));
  EXPECT_THAT(next_times(*replay_of(first[1]), 2), ElementsAre(at_ns(30), at_ns(75)));
  const auto second = make_cursors(trace, 1, 2, true);
  EXPECT_THAT(next_times(*replay_of(second[1]), 2), ElementsAre(at_ns(10), at_ns(55)));
}

TEST(TraceWorkload, APassBehindTheEndOfTimeNeverComes) {
  auto trace = std::make_shared<TraceData>();
  trace->timed = true;
  const sim::Time late{sim::Duration::max() / 3 * 2};
  trace->entries = {{{Iova{1}, 1, false}, {}, 0, 0}, {{Iova{2}, 1, false}, late, 0, 0}};
  const auto workload = replay_of(make_cursors(trace, 0, 1, true).front());
  EXPECT_THAT(next_times(*workload, 4),
              ElementsAre(sim::Time{}, late, sim::kEndOfTime, sim::kEndOfTime));
}

}  // namespace
}  // namespace faultpath::models
