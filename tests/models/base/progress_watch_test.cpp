// The watch over progress: how long it waits, and what counts.
#include "models/base/progress_watch.hpp"

#include <gtest/gtest.h>

#include <string>

#include "sim/simulation.hpp"
#include "tests/models/support.hpp"

namespace faultpath::models {
namespace {

struct Counting final : ProgressWatch::Source {
  ProgressWatch::Totals done{1, 0, 0};
  std::uint64_t pages = 0;
  ProgressWatch watch;
  PageRequest last;

  explicit Counting(std::uint64_t patience) { watch.start(*this, patience); }
  ProgressWatch::Totals totals() const override { return done; }
  std::uint64_t awaited() const override { return pages; }
  std::string what_is_stuck(const PageRequest&) const override { return "page 7"; }

  /// How many answers until it has had enough, each with a mapping or without; one more when it
  /// never has.
  std::uint64_t answers(std::uint64_t most, bool mapping = false) {
    for (std::uint64_t n = 1; n <= most; ++n) {
      try {
        done.mapped += mapping;
        watch.answered(last);
      } catch (const sim::StuckError&) {
        return n;
      }
    }
    return most + 1;
  }
};

TEST(ProgressWatch, EndsARunAfterAsManyAnswersWithoutEffectAsItHasPatience) {
  Counting counting(100);
  ++counting.done.issued;
  EXPECT_EQ(counting.answers(1000), 200U) << "the first hundred had an effect";
}

TEST(ProgressWatch, IsPatientAsLongAsOperationsBeginOrEnd) {
  for (const auto member : {&ProgressWatch::Totals::issued, &ProgressWatch::Totals::ended}) {
    Counting counting(100);
    for (int i = 0; i < 50; ++i) {
      ++(counting.done.*member);
      ASSERT_EQ(counting.answers(99), 100U);
    }
  }
}

// Each of them has an answer of its own to come, which may find the page there already.
TEST(ProgressWatch, WaitsForAnAnswerForEachPageThatIsAwaited) {
  Counting counting(100);
  counting.pages = 1000;
  ++counting.done.issued;
  EXPECT_EQ(counting.answers(5000), 100U + 1100U) << "the first look after more than a thousand";
}

// Of 10 pages that are awaited each may be mapped 64 times before it is used.
TEST(ProgressWatch, MappingAloneIsProgressForAProportionateTime) {
  Counting counting(100);
  counting.pages = 10;
  ++counting.done.issued;
  const std::uint64_t most = 10 * ProgressWatch::kMostTries;
  const std::uint64_t end = counting.answers(5000, true);
  EXPECT_GT(end, 100 + most);
  EXPECT_LE(end, 100 + most + 2 * 100);
}

TEST(ProgressWatch, SaysWhatTheLastAnswerWasFor) {
  Counting counting(2);
  try {
    for (int i = 0; i < 4; ++i) counting.watch.answered(counting.last);
    FAIL();
  } catch (const sim::StuckError& error) {
    EXPECT_STREQ(error.what(),
                 "no progress: 2 page request groups or events in a row have been answered, but "
                 "nothing has been mapped, and no operation has been issued or has ended; page 7");
  }
}

TEST(ProgressWatch, CountsEventsWhereNothingIsAnsweredAndSaysSinceWhen) {
  Counting counting(100);
  const std::uint64_t most = ProgressWatch::kMostEvents;
  counting.watch.fired(1000, at_ns(5));
  counting.watch.fired(most, at_ns(6));
  counting.watch.answered(counting.last);  // somebody gets somewhere
  counting.watch.fired(most + 1000, at_ns(7));
  counting.watch.fired(2 * most + 999, at_ns(8));
  try {
    counting.watch.fired(2 * most + 1000, at_ns(9));
    FAIL();
  } catch (const sim::StuckError& error) {
    EXPECT_EQ(std::string(error.what()).find("no progress since 7 ns: "), 0U) << error.what();
  }
}

}  // namespace
}  // namespace faultpath::models
