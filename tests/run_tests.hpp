// Runs tests as every program of tests does.
#pragma once

namespace faultpath {

/// Those that --gtest_filter chooses. SimGrid has one engine a process: of several tests, each runs
/// in a child of its own, which costs a tenth of a program's start. Requires InitGoogleTest().
/// @return the exit status
int run_tests();

}  // namespace faultpath
