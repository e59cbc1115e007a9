// What happens when the 31 bits of the calendar's sequence run out.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/calendar.hpp"
#include "tests/sim/support.hpp"

namespace faultpath::sim {
namespace {

using testing::ElementsAre;

constexpr std::uint32_t kSequenceEnd = 1U << 31;

TEST(CalendarSequence, EqualTimesKeepTheirOrderAcrossTheEndOfTheSequence) {
  Calendar calendar{kSequenceEnd - 500};
  EventLog log{calendar};
  std::vector<std::string> expected;
  for (int i = 0; i < 1000; ++i) {
    calendar.schedule(at_ps(1), log.event(std::to_string(i)));
    expected.push_back(std::to_string(i));
  }
  calendar.run_before(kEndOfTime);
  EXPECT_EQ(log.names(), expected);
}

TEST(CalendarSequence, RenumberingKeepsRankedAndPlatformEventsInPlace) {
  Calendar calendar{kSequenceEnd - 2};
  EventLog log{calendar};
  const Rank rank = calendar.new_rank();
  calendar.schedule(at_ps(2), log.event("plain"));
  calendar.schedule_platform(at_ps(2), log.event("platform"));
  calendar.schedule_ranked(at_ps(2), rank, log.event("ranked"));
  calendar.schedule(at_ps(2), log.event("renumbered"));
  calendar.schedule_ranked(at_ps(1), rank, log.event("ranked earlier"));
  calendar.run_before(kEndOfTime);
  EXPECT_THAT(log.names(), ElementsAre("ranked earlier", "ranked", "plain"));
  calendar.run_platform_events(at_ps(2));
  calendar.run_before(kEndOfTime);
  EXPECT_THAT(log.names(),
              ElementsAre("ranked earlier", "ranked", "plain", "platform", "renumbered"));
}

TEST(CalendarSequence, AnEventScheduledBeforeRenumberingCanBeCancelledAfterIt) {
  Calendar calendar{kSequenceEnd - 2};
  EventLog log{calendar};
  const EventId cancelled = calendar.schedule(at_ps(3), log.event("cancelled"));
  calendar.schedule(at_ps(2), log.event("kept"));
  calendar.schedule(at_ps(1), log.event("renumbers"));
  calendar.cancel(cancelled);
  calendar.run_before(kEndOfTime);
  EXPECT_THAT(log.names(), ElementsAre("renumbers", "kept"));
}

}  // namespace
}  // namespace faultpath::sim
