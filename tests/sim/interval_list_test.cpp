// Interval lists: what is joined, and that they stay bounded.
#include "sim/interval_list.hpp"

#include <gtest/gtest.h>

#include "tests/sim/support.hpp"

namespace faultpath::sim {
namespace {

TEST(IntervalList, KeepsFewAsTheyAre) {
  IntervalList list;
  list.add(at_ns(1), at_ns(2));
  list.add(at_ns(2), at_ns(5));
  EXPECT_EQ(list.intervals(),
            (std::vector<IntervalList::Interval>{{at_ns(1), at_ns(2)}, {at_ns(2), at_ns(5)}}));
}

TEST(IntervalList, JoinsThoseWhoseGapIsBelowTheOneGiven) {
  IntervalList list;
  list.add(at_ns(0), at_ns(10));
  list.add(at_ns(13), at_ns(14));
  list.add(at_ns(18), at_ns(20));
  EXPECT_EQ(list.joined(nanoseconds(4)),
            (std::vector<IntervalList::Interval>{{at_ns(0), at_ns(14)}, {at_ns(18), at_ns(20)}}));
}

TEST(IntervalList, StaysBoundedAndCoversWhatItCovered) {
  IntervalList list;
  for (int i = 0; i < 100'000; ++i) list.add(at_ns(5000 * i), at_ns(5000 * i + 1000));
  EXPECT_LE(list.intervals().size(), IntervalList::kMost);
  EXPECT_EQ(list.intervals().front().begin, at_ns(0));
  EXPECT_EQ(list.intervals().back().end, at_ns(5000 * 99'999 + 1000));
}

}  // namespace
}  // namespace faultpath::sim
