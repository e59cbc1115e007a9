// The log of faults: who may mark what, and when an id goes stale.
#include "models/metrics/fault_log.hpp"

#include <gtest/gtest.h>

#include "tests/models/support.hpp"

namespace faultpath::models {
namespace {

using sim::nanoseconds;

TEST(FaultLog, KeepsTheTimesOfAFaultThatOthersMarkByItsId) {
  FaultLog log;
  const FaultId fault = log.begin(3, at_ns(10));
  log.enter(fault, at_ns(14), FaultStage::queue);
  log.enter(fault, at_ns(20), FaultStage::handle);
  EXPECT_EQ(log.clock(fault).end(at_ns(25)).latency, nanoseconds(15));
  EXPECT_EQ(log.clock(fault).spent(FaultStage::translate), nanoseconds(4));
  EXPECT_EQ(log.clock(fault).spent(FaultStage::queue), nanoseconds(6));
  EXPECT_EQ(log.clock(fault).spent(FaultStage::handle), nanoseconds(5));
}

// A thread says when it will have paid for its work. The fault may go on before, with the answer of
// another group.
TEST(FaultLog, ForgetsWhatWasSaidOfALaterTime) {
  FaultLog log;
  const FaultId fault = log.begin(0, at_ns(10));
  log.enter(fault, at_ns(20), FaultStage::handle);
  log.enter(fault, at_ns(15), FaultStage::queue);
  EXPECT_EQ(log.clock(fault).end(at_ns(18)).latency, nanoseconds(8));
  EXPECT_EQ(log.clock(fault).spent(FaultStage::translate), nanoseconds(5));
  EXPECT_EQ(log.clock(fault).spent(FaultStage::queue), nanoseconds(3));
  EXPECT_EQ(log.clock(fault).spent(FaultStage::handle), nanoseconds(0));
}

TEST(FaultLog, IgnoresTheIdOfAFaultThatHasEnded) {
  FaultLog log;
  const FaultId ended = log.begin(0, at_ns(0));
  log.release(ended);
  const FaultId next = log.begin(0, at_ns(5));
  EXPECT_EQ(next.slot, ended.slot) << "its record is used again";
  log.enter(ended, at_ns(7), FaultStage::respond);
  EXPECT_EQ(log.clock(next).stage(), FaultStage::translate);
  EXPECT_EQ(log.take_back(ended, at_ns(0)), ended);
}

TEST(FaultLog, IgnoresWhatNamesNoFault) {
  FaultLog log;
  log.enter(FaultId{}, at_ns(7), FaultStage::respond);
  EXPECT_EQ(log.take_back(FaultId{}, at_ns(0)), FaultId{});
}

// What a thread has announced ahead of the clock does not happen, and its id is stale.
TEST(FaultLog, TakesAFaultBackAndGivesItANewId) {
  FaultLog log;
  const FaultId fault = log.begin(0, at_ns(0));
  log.enter(fault, at_ns(2), FaultStage::queue);
  log.enter(fault, at_ns(9), FaultStage::handle);
  const FaultId renewed = log.take_back(fault, at_ns(5));
  EXPECT_NE(renewed, fault);
  EXPECT_EQ(log.current(fault), renewed) << "who began the fault finds it again";
  log.enter(fault, at_ns(10), FaultStage::respond);
  log.enter(renewed, at_ns(5), FaultStage::retry);
  EXPECT_EQ(log.clock(fault).end(at_ns(6)).latency, nanoseconds(6));
  EXPECT_EQ(log.clock(fault).spent(FaultStage::queue), nanoseconds(3));
  EXPECT_EQ(log.clock(fault).spent(FaultStage::retry), nanoseconds(1));
  EXPECT_EQ(log.clock(fault).spent(FaultStage::handle), sim::Duration::zero());
}

TEST(FaultLog, TellsFunctionsApart) {
  FaultLog log;
  const FaultId one = log.begin(1, at_ns(0));
  const FaultId other = log.begin(0, at_ns(0));
  EXPECT_NE(one, other);
  log.enter(one, at_ns(1), FaultStage::queue);
  EXPECT_EQ(log.clock(other).stage(), FaultStage::translate);
}

TEST(FaultMarks, WithoutALogHaveNoEffect) {
  const FaultMarks marks;
  marks.enter(FaultId{0, 0, 1}, at_ns(0), FaultStage::queue);
  EXPECT_EQ(marks.take_back(FaultId{0, 0, 1}, at_ns(0)), (FaultId{0, 0, 1}));
}

}  // namespace
}  // namespace faultpath::models
