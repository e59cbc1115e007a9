// What a run says of laws that do not hold.
#include "cli/experiment/run_job.hpp"

#include <gtest/gtest.h>

#include "tests/cli/invocation.hpp"

namespace faultpath::cli {
namespace {

TEST(LawDrift, SaysWhichLawAndBothMeans) {
  EXPECT_EQ(
      drift_text({"outstanding_requests", 3.25, 3.125}),
      "Little's law does not hold for outstanding_requests: 3.25 on the average by the level, "
      "3.125 by the times that each was there");
  EXPECT_EQ(drift_text({"busy_cores", 1.0, 0.5}),
            "the utilisation law does not hold for busy_cores: 1 on the average by the level, 0.5 "
            "by the times of the threads");
}

TEST(LawDrift, OfARunIsNone) {
  const TemporaryFolder folder;
  const auto [status, out, err] =
      faultpath(folder, fmt::format("run --json --replications 1 {}/scenarios/first-look.yaml",
                                    FAULTPATH_SOURCE_DIR));
  EXPECT_EQ(status, 0) << err;
  EXPECT_EQ(err.find("law does not hold"), std::string::npos) << err;
}

}  // namespace
}  // namespace faultpath::cli
