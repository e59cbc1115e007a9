// Trails: which checkpoint a hash belongs to, and where two runs part.
#include "sim/trail.hpp"

#include <gtest/gtest.h>

#include "sim/fingerprint.hpp"
#include "tests/sim/support.hpp"

namespace faultpath::sim {
namespace {

constexpr Duration kStep{std::int64_t{1} << 20};

TEST(Trail, ACheckpointHoldsTheHashOfWhatCameBeforeIt) {
  Fingerprint fingerprint{{}};
  FingerprintLane& lane = fingerprint.lane("nic");
  const std::uint64_t nothing = lane.hash();
  lane.add(Time{kStep} - picoseconds(1), 1, 1);
  const std::uint64_t one = lane.hash();
  lane.add(Time{kStep}, 1, 2);
  const std::uint64_t two = lane.hash();
  lane.add(Time{3 * kStep}, 1, 3);
  EXPECT_NE(nothing, one);
  EXPECT_EQ(lane.trail().checkpoints(), (std::vector<std::uint64_t>{one, two, two}));
}

TEST(Trail, DropsEverySecondCheckpointWhenAllPlacesAreTaken) {
  Trail trail;
  for (std::int64_t i = 1; i <= 64; ++i) trail.pass(Time{i * kStep}, static_cast<std::uint64_t>(i));
  EXPECT_EQ(trail.step(), 2 * kStep);
  ASSERT_EQ(trail.checkpoints().size(), 32U);
  for (std::uint64_t i = 0; i < 32; ++i) EXPECT_EQ(trail.checkpoints()[i], 2 * (i + 1));
  EXPECT_EQ(trail.next(), Time{66 * kStep});
}

TEST(Trail, TakesALongSilence) {
  Trail trail;
  trail.pass(Time{milliseconds(86400000)}, 7);
  EXPECT_LT(trail.checkpoints().size(), Trail::kCheckpoints);
  EXPECT_GT(trail.next(), Time{milliseconds(86400000)});
}

TEST(Trail, ReachesTheLatestTime) {
  Trail trail;
  trail.pass(kLatest, 7);
  EXPECT_GT(trail.next(), kLatest);
  EXPECT_LT(trail.checkpoints().size(), Trail::kCheckpoints);
}

TEST(Trail, LanesOfARunHaveCommonCheckpoints) {
  Fingerprint fingerprint{{}};
  FingerprintLane& busy = fingerprint.lane("nic.0");
  FingerprintLane& early = fingerprint.lane("iommu");
  early.add(Time{kStep / 2}, 1, 1);
  for (std::int64_t i = 0; i < 300; ++i) busy.add(Time{i * kStep}, 1, 1);
  const RunTrail trail = fingerprint.trail();
  ASSERT_EQ(trail.lanes.size(), 2U);
  EXPECT_EQ(trail.step, 8 * kStep);  // 299 steps in fewer than 64 checkpoints
  EXPECT_EQ(trail.lanes[0].checkpoints.size(), 37U);
  EXPECT_EQ(trail.lanes[1].checkpoints, std::vector<std::uint64_t>(37, early.hash()));
}

TEST(Trail, TwoRunsDifferFromTheCheckpointBehindTheFirstDifference) {
  const auto run = [](std::int64_t odd) {
    Fingerprint fingerprint{{}};
    FingerprintLane& lane = fingerprint.lane("nic");
    for (std::int64_t i = 0; i < 40; ++i) lane.add(Time{i * kStep}, 1, i == odd ? 99 : 1);
    return fingerprint.trail().lanes[0].checkpoints;
  };
  const auto one = run(-1), other = run(17);
  for (std::size_t i = 0; i < one.size(); ++i) EXPECT_EQ(one[i] == other[i], i < 17) << i;
}

TEST(Trail, ManyInstancesAreOneLaneWhateverTheirOrder) {
  const auto run = [](bool swapped) {
    Fingerprint fingerprint{{}};
    FingerprintLane& a = fingerprint.lane("devices/nic.0");
    FingerprintLane& b = fingerprint.lane("devices/nic.1");
    FingerprintLane& c = fingerprint.lane("iommu");
    (swapped ? b : a).add(Time{kStep / 2}, 1, 1);
    (swapped ? a : b).add(Time{kStep / 2}, 1, 2);
    c.add(Time{kStep}, 1, 1);
    return fingerprint.trail(2);
  };
  const RunTrail trail = run(false);
  ASSERT_EQ(trail.lanes.size(), 2U);
  EXPECT_EQ(trail.lanes[0].component, "devices/nic.*");
  EXPECT_EQ(trail.lanes[1].component, "iommu");
  EXPECT_NE(trail.lanes[0].checkpoints, run(true).lanes[0].checkpoints) << "names are in the hash";
}

}  // namespace
}  // namespace faultpath::sim
