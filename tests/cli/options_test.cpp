// Values of options.
#include "cli/options.hpp"

#include <gtest/gtest.h>

#include "cli/usage_error.hpp"

namespace faultpath::cli {
namespace {

TEST(Confidence, IsAShareOrPerCent) {
  EXPECT_DOUBLE_EQ(parse_confidence("0.95"), 0.95);
  EXPECT_DOUBLE_EQ(parse_confidence("95"), 0.95);
  EXPECT_DOUBLE_EQ(parse_confidence("95%"), 0.95);
  EXPECT_DOUBLE_EQ(parse_confidence("99.9 %"), 0.999);
  EXPECT_DOUBLE_EQ(parse_confidence("0.5%"), 0.005);
}

TEST(Confidence, OutsideOfZeroToAHundredPerCentIsAnError) {
  for (const char* text : {"", "0", "1", "100", "100%", "-5", "abc", "95x", "95%%", "nan"})
    EXPECT_THROW(parse_confidence(text), UsageError) << text;
}

TEST(Ingredients, AreThoseNamedOrAll) {
  const auto all = parse_ingredients("all");
  EXPECT_TRUE(all.time && all.component && all.kind && all.key);
  const auto some = parse_ingredients("time,key");
  EXPECT_TRUE(some.time && some.key);
  EXPECT_FALSE(some.component || some.kind);
  EXPECT_THROW(parse_ingredients("time,,key"), UsageError);
}

TEST(ScenarioOptions, SeedAndReplicationsWinOverSet) {
  ScenarioOptions options;
  options.sets = {"seed=1"};
  options.seed = "7";
  options.replications = "3";
  const std::vector<std::string> expected{"seed=1", "seed=7", "replications=3"};
  EXPECT_EQ(options.load_options().sets, expected);
}

}  // namespace
}  // namespace faultpath::cli
