// Page requests at the IOMMU: what they invalidate, automatic answers, the time of an overflow.
#include "models/iommu/page_request_unit.hpp"

#include "tests/models/iommu/iommu_fixture.hpp"

namespace faultpath::models {
namespace {

using sim::nanoseconds;
using testing::SizeIs;

// VT-d 6.5.3.1, table 27: with two stages the implicit invalidation is as wide as the domain.
TEST_F(IommuTest, AQueuedPageRequestInvalidatesItsWholeDomainWhenNested) {
  IommuSpec spec;
  spec.levels = {4, 4};
  make(spec);
  for (const std::uint64_t page : {3U, 2000U}) space->map({page});
  IoPageTable& other = rig->add_space(10);
  other.map({3});
  ask_at(at_ns(0), 3);
  ask_at(at_ns(10'000), 3, false, 1);
  rig->arrive_at(at_ns(20'000), page_request(2000, 0));
  ask_at(at_ns(90'000), 3);
  ask_at(at_ns(95'000), 3, false, 1);
  rig->run();
  EXPECT_EQ(endpoint().completions.at(1).at, at_ns(90'000) + walk(24));
  EXPECT_EQ(endpoint(1).completions.at(1).at, at_ns(95'000) + kIotlbLookup);
}

// VT-d 6.5.3.1: the requested address is invalidated before the queue write.
TEST_F(IommuTest, AQueuedPageRequestInvalidatesItsAddress) {
  make();
  space->map({3});
  space->map({4});
  ask_at(at_ns(0), 3);
  ask_at(at_ns(3000), 4);
  rig->arrive_at(at_ns(5000), page_request(3, 0));
  ask_at(at_ns(90'000), 4);
  ask_at(at_ns(95'000), 3);
  rig->run();
  ASSERT_THAT(endpoint().completions, SizeIs(4));
  EXPECT_EQ(endpoint().completions[2].at, at_ns(90'000) + kIotlbLookup);
  EXPECT_EQ(endpoint().completions[3].at, at_ns(95'000) + walk(4));  // its tables are gone as well
}

TEST_F(IommuTest, ALostRequestIsAnsweredAtOnceAndInvalidatesNothing) {
  IommuSpec spec;
  spec.queue_entries = 2;
  make(spec);
  space->map({3});
  ask_at(at_ns(0), 3);
  rig->arrive_at(at_ns(5000), page_request(9, 1));
  rig->arrive_at(at_ns(5001), page_request(3, 2));
  rig->arrive_at(at_ns(5002), page_request(3, 3, false));
  ask_at(at_ns(5003), 3);
  rig->run();
  ASSERT_FALSE(endpoint().responses.empty());
  EXPECT_EQ(endpoint().responses[0].at, at_ns(5001));
  EXPECT_EQ(endpoint().responses[0].message.index, PrgIndex{2});
  EXPECT_EQ(endpoint().responses[0].message.code, ResponseCode::success);
  EXPECT_THAT(endpoint().responses, SizeIs(2));  // and later that of the queued one
  EXPECT_EQ(endpoint().completions.at(1).at, at_ns(5003) + kIotlbLookup);
  EXPECT_EQ(rig->iommu.stats(DeviceIndex{}).auto_responses, 1U);
  EXPECT_EQ(rig->iommu.stats(DeviceIndex{}).requests_dropped, 1U);
  EXPECT_EQ(rig->iommu.stats().queue_overflows, 1U);
}

TEST_F(IommuTest, TheTimeOfAnOverflowLastsFromTheLossToTheClearing) {
  IommuSpec spec;
  spec.queue_entries = 2;
  make(spec);
  rig->arrive_at(at_ns(0), page_request(9, 1));
  rig->arrive_at(at_ns(500), page_request(3, 2));
  rig->run();
  // Interrupt 1 us, thread 2 us, one request 200 ns: cleared at 3200 ns.
  EXPECT_EQ(rig->iommu.stats().overflow_recovery.count(), 1U);
  EXPECT_EQ(rig->iommu.stats().overflow_recovery.max(), nanoseconds(3200 - 500));
}

}  // namespace
}  // namespace faultpath::models
