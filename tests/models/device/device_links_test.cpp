// A device whose data shares links with others: completions, and what waits for them.
#include "models/device/device_links.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/models/device/device_fixture.hpp"

namespace faultpath::models {
namespace {

using testing::SizeIs;

// The fixture's link, and behind it one that takes 10 ns a page and 40 ns along it.
class SharedLinks : public DeviceFixture {
 protected:
  static constexpr sim::Duration kSlowPage = sim::nanoseconds(10);
  static constexpr sim::Duration kBeyond = sim::nanoseconds(40);

  SharedLinks() {
    links.emplace(LinkSpec{kLatency, 4.096e12}, LinkSpec{kLatency, 4.096e12}, kLatency + kBeyond);
    links->to_shared = kLatency;
    links->shared = &mine;
  }
  sim::Calendar& calendar() { return rig.simulation.calendar(); }

  TransferLink link{kBeyond, 4.096e11};
  SharedTransfers mine{calendar(), calendar().new_rank(), {&link}};
};

// Translated at 2 hops; the page then takes the slower of both links, and the way twice.
TEST_F(SharedLinks, AnOperationCompletesBehindItsTurn) {
  make(device_spec(), {reads(1)});
  root->mapped = {1};
  run();
  EXPECT_EQ(finished, sim::Time{} + 2 * kHop + kSlowPage + 2 * (kLatency + kBeyond));
}

TEST_F(SharedLinks, OperationsOfADeviceTakeTurns) {
  make(device_spec(3), {reads(1), reads(1), reads(1)});
  root->mapped = {1};
  run();
  EXPECT_EQ(finished, sim::Time{} + 2 * kHop + 3 * kSlowPage + 2 * (kLatency + kBeyond));
}

// Somebody else has the link for a microsecond when the data arrives.
TEST_F(SharedLinks, AnOperationWaitsForTheTransfersOfOthers) {
  link.pass({at_ns(150), at_ns(150)}, 100 * kPageBytes);
  make(device_spec(), {reads(1)});
  root->mapped = {1};
  run();
  EXPECT_EQ(finished, at_ns(1150) + kSlowPage + kBeyond + kLatency + kBeyond);
}

// VT-d 7.7: an invalidation completes when every use of the translation has ended. The data passes
// the end of the way at 1150 + 10 + 40 ns; finishing takes 100 ns more.
TEST_F(SharedLinks, AnInvalidationWaitsForDataOnSharedLinks) {
  link.pass({at_ns(150), at_ns(150)}, 100 * kPageBytes);
  make(device_spec(), {reads(1)});
  root->mapped = {1};
  invalidate_at(at_ns(300), 1);
  run();
  ASSERT_THAT(root->completions, SizeIs(1));
  EXPECT_EQ(root->completions[0].at, at_ns(1150 + 10 + 40 + 100) + kHop);
}

}  // namespace
}  // namespace faultpath::models
