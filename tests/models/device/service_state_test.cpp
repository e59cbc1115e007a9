// Whether an operation may go on after a wait: resets and stopped contexts.
#include "models/device/service_state.hpp"

#include <gtest/gtest.h>

namespace faultpath::models {
namespace {

TEST(ServiceState, AnOperationOfAnotherEpochIsInterrupted) {
  ServiceState state(2);
  const std::uint32_t before = state.epoch();
  EXPECT_EQ(state.after_wait(0, before), Course::on);
  state.begin_reset();
  EXPECT_FALSE(state.in_service());
  EXPECT_EQ(state.after_wait(0, before), Course::interrupted);
  EXPECT_EQ(state.after_wait(0, state.epoch()), Course::on);
}

TEST(ServiceState, AnOperationOfAStoppedContextFailsAndOthersGoOn) {
  ServiceState state(2);
  state.stop(1);
  EXPECT_EQ(state.after_wait(0, 0), Course::on);
  EXPECT_EQ(state.after_wait(1, 0), Course::failed);
}

// Its driver gives it to the function again, and it fails then.
TEST(ServiceState, AResetComesBeforeTheStopOfTheContext) {
  ServiceState state(1);
  state.stop(0);
  state.begin_reset();
  EXPECT_EQ(state.after_wait(0, 0), Course::interrupted);
}

}  // namespace
}  // namespace faultpath::models
