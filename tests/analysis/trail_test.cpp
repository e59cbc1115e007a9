// Where two trails part, by hand.
#include "analysis/trail.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace faultpath::analysis {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(Trail, PartsAtTheFirstCheckpointThatDiffersAndNamesWhatDiffersThere) {
  const Trail base{100.0, {{"iommu", {1, 2, 3, 4}}, {"nic", {5, 6, 7, 8}}, {"cpu", {9, 9, 9, 9}}}};
  const Trail now{100.0, {{"iommu", {1, 2, 0, 0}}, {"nic", {5, 6, 0, 8}}, {"cpu", {9, 9, 9, 0}}}};
  const auto parts = first_divergence(base, now);
  EXPECT_THAT(parts.components, ElementsAre("iommu", "nic"));
  EXPECT_EQ(parts.from_ns, 200.0);
  EXPECT_EQ(parts.to_ns, 300.0);
}

TEST(Trail, ALaterLaneMayPartEarlier) {
  const Trail base{100.0, {{"iommu", {1, 2}}, {"nic", {5, 6}}}};
  const Trail now{100.0, {{"iommu", {1, 0}}, {"nic", {0, 0}}}};
  const auto parts = first_divergence(base, now);
  EXPECT_THAT(parts.components, ElementsAre("nic"));
  EXPECT_EQ(parts.from_ns, 0.0);
  EXPECT_EQ(parts.to_ns, 100.0);
}

TEST(Trail, TheWiderStepIsThatOfBoth) {
  const Trail base{100.0, {{"nic", {1, 2, 3, 4, 5}}}}, now{200.0, {{"nic", {2, 0}}}};
  const auto parts = first_divergence(base, now);
  EXPECT_EQ(parts.from_ns, 200.0) << "2 and 4 are the hashes at 200 and 400 ns";
  EXPECT_EQ(parts.to_ns, 400.0);
}

TEST(Trail, WhatAgreesPartsBehindTheLastCommonCheckpoint) {
  const Trail base{100.0, {{"nic", {1, 2, 3}}}}, now{100.0, {{"nic", {1, 2}}}};
  const auto parts = first_divergence(base, now);
  EXPECT_THAT(parts.components, IsEmpty());
  EXPECT_EQ(parts.from_ns, 200.0);
  EXPECT_FALSE(parts.to_ns);
}

TEST(Trail, PassesOverComponentsThatOnlyOneHas) {
  const Trail base{100.0, {{"nic", {1}}}}, now{100.0, {{"gpu", {1}}, {"nic", {2}}}};
  EXPECT_THAT(first_divergence(base, now).components, ElementsAre("nic"));
}

}  // namespace
}  // namespace faultpath::analysis
