// MSER-5 on series whose transient is known.
#include "analysis/warmup.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace faultpath::analysis {
namespace {

// `transient` high values, then values that alternate around a level.
std::vector<double> settles_after(std::size_t transient, std::size_t length) {
  std::vector<double> values;
  for (std::size_t i = 0; i < length; ++i)
    values.push_back(i < transient ? 1000.0 : 10.0 + static_cast<double>(i / 5 % 2));
  return values;
}

TEST(Mser5, DropsExactlyTheTransient) { EXPECT_EQ(mser5_truncation(settles_after(20, 200)), 20u); }

TEST(Mser5, DropsTheWholeBatchInWhichTheTransientEnds) {
  EXPECT_EQ(mser5_truncation(settles_after(21, 200)), 25u);
}

TEST(Mser5, DropsNothingFromASeriesThatIsSteadyFromTheStart) {
  EXPECT_EQ(mser5_truncation(std::vector<double>(100, 3.0)), 0u);
}

TEST(Mser5, CannotTellWhenHalfOfTheSeriesIsTransient) {
  EXPECT_EQ(mser5_truncation(settles_after(100, 200)), std::nullopt);
}

TEST(Mser5, CannotTellFromFewerThanTenBatches) {
  EXPECT_EQ(mser5_truncation(std::vector<double>(49, 3.0)), std::nullopt);
  EXPECT_EQ(mser5_truncation(std::vector<double>(50, 3.0)), 0u);
}

}  // namespace
}  // namespace faultpath::analysis
