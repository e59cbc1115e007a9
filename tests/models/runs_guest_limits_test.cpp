// Limits of a VMM: what each bounds, and that every group has an end under each behaviour.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "tests/models/hostile_support.hpp"

namespace faultpath::models {
namespace {

double seconds_of(const Seen& seen) { return sim::to_seconds(seen.simulated); }

TEST(GuestLimits, GroupsBeyondThoseThatMayPendAreAnsweredInvalidAtOnce) {
  GuestLimitsSpec limits;
  limits.pending_groups = 3;
  const Counters c = settled(hostile_guest(NeverAnswersSpec{}, limits)).counters;
  EXPECT_EQ(c.requests_unanswered, 3U);
  EXPECT_EQ(c.guest_answers_withheld, 3U) << "no other has got to the guest";
  EXPECT_EQ(c.guest_groups_limited, c.page_request_groups - 3);
  EXPECT_EQ(c.responses_invalid, c.guest_groups_limited);
}

TEST(GuestLimits, OneThatAnswersIsLimitedOnlyWhileSoManyPend) {
  GuestLimitsSpec limits;
  limits.pending_groups = kCredits - 1;
  const Counters c = settled(hostile_guest(WellBehavedSpec{}, limits)).counters;
  EXPECT_GT(c.guest_answers, c.guest_groups_limited);
  EXPECT_EQ(c.guest_answers + c.guest_groups_limited, c.page_request_groups)
      << "the VMM writes both; only those of the guest are its answers";
  EXPECT_EQ(c.requests_unanswered, 0U);
}

// A burst, and then the rate: no more, and no fewer while the device always waits.
TEST(GuestLimits, TheGuestGetsNoMoreGroupsThanThereAreTokens) {
  for (const std::uint32_t burst : {1U, 4U}) {
    for (const double rate : {5e3, 20e3}) {
      GuestLimitsSpec limits;
      limits.injection = TokenBucketSpec{rate, burst};
      SystemSpec spec = hostile_guest(WellBehavedSpec{}, limits);
      spec.run.stop.duration = sim::milliseconds(2);
      const Seen seen = settled(spec);
      const double tokens = burst + rate * seconds_of(seen);
      const auto groups = static_cast<double>(seen.counters.guest_requests);
      EXPECT_LE(groups, tokens);
      EXPECT_GE(groups, rate * (seconds_of(seen) - 150e-6)) << "but for the steps of the last";
      EXPECT_GT(seen.counters.guest_groups_delayed, 0U);
      EXPECT_GT(seen.stage("vmm_limit").sum_ns(), 0.0);
      EXPECT_EQ(seen.counters.requests_unanswered, 0U);
    }
  }
}

TEST(GuestLimits, TokensThatSufficeDelayNobody) {
  GuestLimitsSpec limits;
  limits.injection = TokenBucketSpec{1e9, kCredits};
  const Seen with = settled(hostile_guest(WellBehavedSpec{}, limits));
  const Seen without = settled(hostile_guest(WellBehavedSpec{}));
  EXPECT_EQ(with.counters.guest_groups_delayed, 0U);
  EXPECT_EQ(with.distribution("fault_latency_ns"), without.distribution("fault_latency_ns"));
}

// One group, and nobody else: whatever is longer about the run is the time-out.
TEST(GuestLimits, AGroupIsAnsweredWhenItsTimeIsUpAndNotBefore) {
  const auto ended = [](sim::Duration timeout) {
    SystemSpec spec = hostile_guest(NeverAnswersSpec{}, with_timeout(timeout));
    replay(spec, trace_of_pages({0}));
    const Seen seen = settled(spec);
    EXPECT_EQ(seen.counters.guest_groups_timed_out, 1U);
    EXPECT_EQ(seen.counters.dma_dropped, 1U);
    return seen.simulated;
  };
  const sim::Duration first = ended(sim::microseconds(100));
  EXPECT_GT(first, sim::microseconds(100));
  for (const sim::Duration more :
       {sim::picoseconds(1), sim::nanoseconds(333), sim::milliseconds(7)}) {
    EXPECT_EQ(ended(sim::microseconds(100) + more), first + more);
  }
}

// Tokens come every 200 us, so that the last of eight groups waits for 1.6 ms; the guest answers
// within 50 us of being asked.
TEST(GuestLimits, AGroupThatWaitsForATokenIsNotLate) {
  GuestLimitsSpec limits = with_timeout(sim::microseconds(150));
  limits.injection = TokenBucketSpec{5e3, 1};
  const Counters c = settled(hostile_guest(WellBehavedSpec{}, limits)).counters;
  EXPECT_GT(c.guest_groups_delayed, 0U);
  EXPECT_EQ(c.guest_groups_timed_out, 0U);
  EXPECT_EQ(c.responses_success, c.page_request_groups);
}

// Credits come back with the tokens, and not all at once when a time-out is over.
TEST(GuestLimits, TokensBoundWhatATimeOutLetsAGuestAskFor) {
  GuestLimitsSpec limits = with_timeout(sim::microseconds(100));
  limits.injection = TokenBucketSpec{5e3, 2};
  SystemSpec spec = hostile_guest(NeverAnswersSpec{}, limits);
  spec.run.stop.duration = sim::milliseconds(5);
  const Seen seen = settled(spec);
  const auto late = static_cast<double>(seen.counters.guest_groups_timed_out);
  EXPECT_LE(late, 2 + 5e3 * seconds_of(seen));
  EXPECT_GE(late, 5e3 * 5e-3 - kCredits);
  EXPECT_EQ(seen.counters.requests_unanswered, 0U);
}

// A guest that is slow, and not broken: its answers are late.
TEST(GuestLimits, AnAnswerThatIsLateFindsNoGroup) {
  SystemSpec spec = hostile_guest(WellBehavedSpec{}, with_timeout(sim::microseconds(100)));
  spec.guests[0].page_fault.minor = constant(sim::microseconds(60));
  const Counters c = settled(spec).counters;
  EXPECT_GT(c.guest_groups_timed_out, 0U);
  EXPECT_GT(c.guest_answers_unmatched, 0U);
  EXPECT_EQ(c.requests_unanswered, 0U);
  EXPECT_EQ(c.responses_refused, 0U) << "the host hears of none of them";
}

SystemSpec oversized_groups(OversizedGroup oversized) {
  GuestLimitsSpec limits;
  limits.oversized = oversized;
  SystemSpec spec = hostile_guest(WellBehavedSpec{}, limits);
  spec.devices[0].workload.operation = 4 * kPageBytes;
  spec.devices[0].pri.group = 4;
  spec.guests[0].vmm.records = 3;
  return spec;
}

// It takes a core of the host, too: the thread turns round.
TEST(GuestLimits, AnOversizedGroupStaysAtTheHeadAndBurnsACore) {
  const Seen seen = settled(oversized_groups(OversizedGroup::keep));
  EXPECT_EQ(seen.counters.empty_reads, 1U) << "of this group; it is not read again";
  EXPECT_EQ(seen.counters.guest_requests, 0U);
  EXPECT_EQ(seen.counters.requests_unanswered, seen.counters.page_requests);
  EXPECT_GT(seen.gauge("busy_cores").mean, 0.9);
}

TEST(GuestLimits, AnOversizedGroupThatIsAnsweredHoldsNobodyUp) {
  const Seen seen = settled(oversized_groups(OversizedGroup::invalid));
  EXPECT_EQ(seen.counters.guest_groups_oversized, seen.counters.page_request_groups);
  EXPECT_EQ(seen.counters.responses_invalid, seen.counters.page_request_groups);
  EXPECT_EQ(seen.counters.requests_unanswered, 0U);
  EXPECT_EQ(seen.counters.empty_reads, seen.counters.guest_groups_oversized);
}

TEST(GuestLimits, InvalidationsOfAFloodWaitForTokens) {
  GuestLimitsSpec limits;
  limits.invalidations = TokenBucketSpec{20e3, 1};
  SystemSpec free = hostile_guest(FloodsInvalidationsSpec{200e3});
  free.devices[0].workload.footprint = kPageBytes;  // its virtual CPU has little else to do
  free.run.stop.duration = sim::milliseconds(2);
  SystemSpec limited = free;
  limited.guests[0].vmm.limits = limits;
  const Seen without = settled(free), with = settled(limited);
  EXPECT_LE(static_cast<double>(with.counters.guest_invalidations), 2.0 + 20e3 * seconds_of(with));
  EXPECT_GT(without.counters.guest_invalidations, 2 * with.counters.guest_invalidations);
  EXPECT_GT(with.counters.guest_invalidations_delayed, 0U);
}

std::vector<std::pair<std::string, GuestBehaviourSpec>> behaviours() {
  return {{"well_behaved", WellBehavedSpec{}},
          {"never", NeverAnswersSpec{0.5}},
          {"twice", AnswersTwiceSpec{}},
          {"unknown", AnswersAnotherSpec{AnswersAnotherSpec::Index::unknown, 0.5}},
          {"repeated", AnswersAnotherSpec{AnswersAnotherSpec::Index::repeated, 0.5}},
          {"failure", AnswersFailureSpec{0.5}},
          {"flood", FloodsInvalidationsSpec{100e3}},
          {"churn", ChurnsPasidsSpec{20e3}},
          {"detach", DetachesInFaultSpec{10e3, sim::microseconds(20)}}};
}

std::vector<std::pair<std::string, GuestLimitsSpec>> limits() {
  GuestLimitsSpec pending, injection, all;
  pending.pending_groups = 2;
  injection.injection = TokenBucketSpec{40e3, 2};
  all.pending_groups = 4;
  all.injection = TokenBucketSpec{40e3, 2};
  all.timeout = sim::microseconds(80);
  return {{"none", {}},
          {"pending", pending},
          {"injection", injection},
          {"timeout", with_timeout(sim::microseconds(60))},
          {"all", all}};
}

// The laws are those of every run: credits, groups, answers and what the VMM keeps of them.
TEST(GuestLimits, EveryGroupHasAnEndUnderEachBehaviourAndLimit) {
  for (const FaultThread thread : {FaultThread::main_loop, FaultThread::dedicated}) {
    for (const auto& [behaviour, how] : behaviours()) {
      for (const auto& [limit, what] : limits()) {
        SCOPED_TRACE(behaviour + " " + limit);
        SystemSpec spec = hostile_guest(how, what);
        spec.guests[0].vmm.fault_thread = thread;
        spec.run.stop.duration = sim::microseconds(300);
        const Counters c = settled(spec).counters;
        EXPECT_LE(c.requests_unanswered, kCredits);
        if (what.timeout) EXPECT_EQ(c.requests_unanswered, 0U);
      }
    }
  }
}

}  // namespace
}  // namespace faultpath::models
