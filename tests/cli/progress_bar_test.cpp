// The line of the progress bar.
#include "cli/progress_bar.hpp"

#include <gtest/gtest.h>

namespace faultpath::cli {
namespace {

TEST(ProgressBar, AddsUpTheJobsAndEstimatesTheTimeLeft) {
  ProgressBar bar(4, "running");
  bar.update(0, {sim::microseconds(300), 10, 2000, 1.0});
  bar.update(1, {sim::microseconds(100), 10, 500, 0.5});
  // 1.5 of 4 jobs took 30 s, so the other 2.5 take 50 s.
  EXPECT_EQ(bar.line(30.0),
            "running [#######.............]  38 %  1/4 runs  simulated 400 us  faults 2500  0:50 "
            "left");
}

TEST(ProgressBar, DoesNotGuessTheTimeLeftFromNothing) {
  const ProgressBar bar(4, "running");
  EXPECT_EQ(bar.line(30.0),
            "running [....................]   0 %  0/4 runs  simulated 0  faults 0");
}

}  // namespace
}  // namespace faultpath::cli
