// The keys of the host: its pages, and what follows from them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "models/base/sizes.hpp"
#include "tests/scenarios/scratch.hpp"

namespace faultpath::scenarios {
namespace {

using models::kKiB;
using testing::HasSubstr;
using testing::StartsWith;

const std::string kOnArm =
    "scenario: 1\nduration: 1ms\nstrategies: [sva]\ndevices: [{name: nic}]\n"
    "iommu: {kind: smmu_pri}\n";

TEST(HostKeys, TablesAreAsDeepAsThePagesNeedUnlessTheScenarioSaysIt) {
  const auto levels = [](const std::string& keys) {
    const Scratch scratch;
    return scratch.load(kOnArm + keys).cases.at(0).spec.iommu.levels.stage1;
  };
  EXPECT_EQ(levels(""), 4U);
  EXPECT_EQ(levels("host: {page_size: 4KiB}\n"), 4U);
  EXPECT_EQ(levels("host: {page_size: 16KiB}\n"), 4U);
  EXPECT_EQ(levels("host: {page_size: 64KiB}\n"), 3U);
  const Scratch scratch;
  const auto variants =
      scratch.load(kOnArm +
                   "variants: {small: {}, large: {host: {page_size: 64KiB}}, narrow: {host: "
                   "{page_size: 16KiB}, iommu: {levels: {stage1: 3}}}}\n");
  EXPECT_EQ(variants.cases.at(0).spec.iommu.levels.stage1, 4U);
  EXPECT_EQ(variants.cases.at(1).spec.iommu.levels.stage1, 3U);
  EXPECT_EQ(variants.cases.at(2).spec.iommu.levels.stage1, 3U);
}

TEST(HostKeys, ThePageSizeIsOneOfThreeWords) {
  for (const std::uint64_t size : {4ULL, 16ULL, 64ULL}) {
    const Scratch scratch;
    const auto scenario =
        scratch.load(kOnArm + "host: {page_size: " + std::to_string(size) + "KiB}\n");
    EXPECT_EQ(scenario.cases.at(0).spec.host.page_size.bytes(), size * kKiB);
    EXPECT_EQ(scenario.resolved.at("host").at("page_size"), std::to_string(size) + "KiB");
  }
  const Scratch scratch;
  EXPECT_THAT(scratch.error(kOnArm + "host: {page_size: 8KiB}\n"),
              StartsWith("x.yaml:6:19: host.page_size: "));
}

TEST(HostKeys, APageSizeThatTheIommuDoesNotHaveIsBlamedAtItsPlace) {
  const Scratch scratch;
  const std::string vtd = "scenario: 1\nduration: 1ms\nstrategies: [sva]\ndevices: [{name: nic}]\n";
  EXPECT_THAT(scratch.error(vtd + "host: {page_size: 64KiB}\n"),
              StartsWith("x.yaml:5:19: host.page_size: is 4KiB with iommu.kind vtd"));
  EXPECT_THAT(scratch.error(kOnArm + "host: {page_size: 64KiB}\n", {"iommu.levels.stage1=4"}),
              HasSubstr("iommu.levels.stage1: 4 levels are too many: 3 translate"));
}

}  // namespace
}  // namespace faultpath::scenarios
