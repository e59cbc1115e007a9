// When a token bucket has the next token.
#include "models/guest/token_bucket.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/models/support.hpp"

namespace faultpath::models {
namespace {

// A million a second: one each microsecond.
TokenBucket bucket_of(std::uint32_t burst) { return TokenBucket({1e6, burst}); }

TEST(TokenBucket, GivesABurstAtOnceAndThenOneATime) {
  for (const std::uint32_t burst : {1U, 3U, 10U}) {
    TokenBucket bucket = bucket_of(burst);
    for (std::uint32_t k = 0; k < 40; ++k) {
      const std::int64_t late = k < burst ? 0 : k - burst + 1;
      EXPECT_EQ(bucket.reserve(at_ns(0)), at_ns(1000 * late)) << burst << ' ' << k;
    }
  }
}

TEST(TokenBucket, HasTheNextTokenNotOneTickEarlier) {
  TokenBucket bucket = bucket_of(1);
  bucket.take(at_ns(500));
  EXPECT_EQ(bucket.next(at_ns(1499)), at_ns(1500));
  EXPECT_EQ(bucket.next(at_ps(1'499'999)), at_ps(1'500'000));
  EXPECT_EQ(bucket.next(at_ns(1500)), at_ns(1500));
  EXPECT_EQ(bucket.next(at_ns(9000)), at_ns(9000));
}

// However long nobody has taken any.
TEST(TokenBucket, NeverHoldsMoreThanABurst) {
  TokenBucket bucket = bucket_of(2);
  bucket.take(at_ns(0));
  const sim::Time now = at_ns(1'000'000);
  EXPECT_EQ(bucket.reserve(now), now);
  EXPECT_EQ(bucket.reserve(now), now);
  EXPECT_EQ(bucket.reserve(now), now + sim::microseconds(1));
}

}  // namespace
}  // namespace faultpath::models
