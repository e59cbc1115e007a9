// The watch over progress: how long it waits, and what counts.
#include "models/progress_watch.hpp"

#include <gtest/gtest.h>

#include "sim/simulation.hpp"
#include "tests/models/support.hpp"

namespace faultpath::models {
namespace {

struct Counting {
  ProgressWatch::Totals totals{1, 0, 0};
  ProgressWatch watch;
  PageRequest last;

  explicit Counting(std::uint64_t patience) {
    watch.start({[](void* self) { return static_cast<Counting*>(self)->totals; },
                 [](void*, const PageRequest&) { return std::string("page 7"); }, this},
                patience);
  }
  /// How many answers until it has had enough; one more when it never has.
  std::uint64_t answers(std::uint64_t most) {
    for (std::uint64_t n = 1; n <= most; ++n) {
      try {
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
  EXPECT_EQ(counting.answers(1000), 200U) << "the first hundred had an effect";
}

TEST(ProgressWatch, IsPatientAsLongAsAnythingAtAllGrows) {
  for (const auto member : {&ProgressWatch::Totals::mapped, &ProgressWatch::Totals::issued,
                            &ProgressWatch::Totals::completed}) {
    Counting counting(100);
    for (int i = 0; i < 50; ++i) {
      ASSERT_EQ(counting.answers(99), 100U);
      ++(counting.totals.*member);
    }
  }
}

TEST(ProgressWatch, SaysWhatTheLastAnswerWasFor) {
  Counting counting(2);
  try {
    for (int i = 0; i < 4; ++i) counting.watch.answered(counting.last);
    FAIL();
  } catch (const sim::StuckError& error) {
    EXPECT_STREQ(error.what(),
                 "no progress: 2 page request groups in a row have been answered, but nothing has "
                 "been mapped, issued or completed; page 7");
  }
}

}  // namespace
}  // namespace faultpath::models
