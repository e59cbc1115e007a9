// Student's t in closed forms, and procedures by hand.
#include "analysis/t_test.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "analysis/interval.hpp"

namespace faultpath::analysis {
namespace {

TEST(StudentT, HasTheClosedFormsOfOneAndTwoDegrees) {
  for (const double t : {0.0, 0.3, 1.0, 4.0, 50.0, 1e6}) {
    // Cauchy; and the density 1 / (2 + t^2)^(3/2).
    EXPECT_NEAR(student_t_above(t, 1.0), std::atan2(1.0, t) / std::numbers::pi, 1e-14);
    EXPECT_NEAR(student_t_above(t, 2.0), 0.5 - t / (2.0 * std::hypot(std::numbers::sqrt2, t)),
                1e-14);
  }
}

TEST(PairedDifference, IsTheMeanOfDifferencesWithItsError) {
  const std::vector<double> base{1, 2, 3, 4}, now{2, 4, 6, 8};
  const auto difference = paired_difference(base, now);  // 1, 2, 3, 4: variance 5/3
  EXPECT_DOUBLE_EQ(difference.mean, 2.5);
  EXPECT_DOUBLE_EQ(difference.error, std::sqrt(5.0 / 3.0 / 4.0));
  EXPECT_EQ(difference.degrees, 3.0);
}

TEST(WelchDifference, HasTheDegreesOfWelch) {
  const std::vector<double> base{1, 2, 3, 4}, now{2, 4, 6, 8, 10};
  // Squared errors 5/12 and 2; degrees (29/12)^2 / ((5/12)^2 / 3 + 2^2 / 4).
  const auto difference = welch_difference(base, now);
  EXPECT_DOUBLE_EQ(difference.mean, 3.5);
  EXPECT_DOUBLE_EQ(difference.error, std::sqrt(29.0 / 12.0));
  EXPECT_NEAR(difference.degrees, (841.0 / 144.0) / (25.0 / 432.0 + 1.0), 1e-12);
}

TEST(WelchDifference, OfConstantsHasNoError) {
  const std::vector<double> base{3, 3}, now{5, 5, 5};
  const auto difference = welch_difference(base, now);
  EXPECT_EQ(difference.mean, 2.0);
  EXPECT_EQ(difference.error, 0.0);
  EXPECT_EQ(p_value(difference), 0.0);
  EXPECT_EQ(p_value(welch_difference(base, base)), 1.0);
}

TEST(PValue, CountsBothDirections) {
  EXPECT_NEAR(p_value({-2.0, 2.0, 1.0}), 0.5, 1e-12);  // the quartile of Cauchy's distribution
  EXPECT_NEAR(p_value({2.262157, 1.0, 9.0}), 0.05, 1e-6);
}

TEST(LiesWithin, TakesTwoOneSidedTests) {
  // t(0.95, 9) = 1.833113.
  EXPECT_TRUE(lies_within({0.1, 1.0, 9.0}, 1.9332, 0.05));
  EXPECT_FALSE(lies_within({0.1, 1.0, 9.0}, 1.9330, 0.05));
  EXPECT_FALSE(lies_within({-0.1, 1.0, 9.0}, 1.9330, 0.05));
  EXPECT_TRUE(lies_within({0.1, 0.0, 9.0}, 0.11, 0.05));
  EXPECT_FALSE(lies_within({0.1, 0.0, 9.0}, 0.1, 0.05));
}

TEST(Holm, RejectsStepByStepUntilOneStands) {
  // Thresholds 0.05 / 4, / 3, / 2, / 1 in ascending order: the third, 0.03 > 0.025, stands, and so
  // does 0.04, which would have fallen by itself.
  const std::vector<double> p{0.01, 0.04, 0.03, 0.005};
  EXPECT_EQ(holm(p, 0.05), (std::vector<bool>{true, false, false, true}));
  EXPECT_EQ(holm(std::vector<double>{}, 0.05), std::vector<bool>{});
}

TEST(ReplicationsToShow, AreTheFewestThatSuffice) {
  // With many the quantiles are 1.645 and 1.282: (2.927 * 10 / 1)^2 = 856.6, and Student's a little
  // more.
  const auto many = replications_to_show(1.0, 10.0, 0.05);
  ASSERT_TRUE(many);
  EXPECT_NEAR(static_cast<double>(*many), 858.0, 1.5);
  const auto few = replications_to_show(1.0, 1.0, 0.05);
  ASSERT_TRUE(few);
  const auto reaches = [](double n) {
    return (student_t_quantile(0.95, n - 1) + student_t_quantile(0.90, n - 1)) / std::sqrt(n);
  };
  EXPECT_LE(reaches(static_cast<double>(*few)), 1.0);
  EXPECT_GT(reaches(static_cast<double>(*few) - 1.0), 1.0);
  EXPECT_EQ(replications_to_show(1.0, 0.0, 0.05), 2u);
  EXPECT_EQ(replications_to_show(0.0, 1.0, 0.05), std::nullopt);
}

}  // namespace
}  // namespace faultpath::analysis
