// Rings: order across growth and wrap-around, compared with std::deque.
#include "sim/ring.hpp"

#include <gtest/gtest.h>

#include <deque>

#include "sim/random.hpp"

namespace faultpath::sim {
namespace {

TEST(Ring, IsEmptyAtFirst) {
  const Ring<int> ring;
  EXPECT_TRUE(ring.empty());
  EXPECT_EQ(ring.size(), 0U);
}

TEST(Ring, ItsFrontCanBeChangedInPlace) {
  Ring<int> ring;
  ring.push_back(1);
  ring.front() = 7;
  EXPECT_EQ(ring.front(), 7);
}

TEST(Ring, DoesWhatADequeDoes) {
  RandomStream random{{1, 0, "ring", "script"}};
  Ring<int> ring;
  std::deque<int> reference;
  for (int step = 0; step < 20'000; ++step) {
    // Longer and longer at first, so that it grows while it has wrapped; then shorter again.
    const bool push = random.below(100) < (step < 10'000 ? 55U : 45U);
    if (push) {
      ring.push_back(step);
      reference.push_back(step);
    } else if (!reference.empty()) {
      ring.pop_front();
      reference.pop_front();
    }
    ASSERT_EQ(ring.size(), reference.size());
    if (!reference.empty()) {
      ASSERT_EQ(ring.front(), reference.front());
    }
  }
}

}  // namespace
}  // namespace faultpath::sim
