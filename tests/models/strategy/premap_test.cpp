// Premapping: forward only, unaligned, up to the first mapped page.
#include "models/strategy/premap.hpp"

#include <gtest/gtest.h>

#include "models/memory/mapped_process.hpp"

namespace faultpath::models {
namespace {

class PremapTest : public testing::Test {
 protected:
  PageStore store;
  MappedProcess process{store, "space", 0, Runs(100, 50), {}};
  IoPageTable& space = process.table;
};

TEST_F(PremapTest, GoesForwardFromTheFaultByAtMostItsLength) {
  EXPECT_EQ(premap_run(space, {107}, 1), 1U);
  EXPECT_EQ(premap_run(space, {107}, 8), 8U);
}

TEST_F(PremapTest, IsNotAligned) {
  space.map({115});
  EXPECT_EQ(premap_run(space, {113}, 8), 2U);  // 113 and 114, whatever blocks of 8 there are
  EXPECT_EQ(premap_run(space, {116}, 8), 8U);
}

TEST_F(PremapTest, PagesBehindTheFaultDoNotMatter) {
  space.map({106});
  EXPECT_EQ(premap_run(space, {107}, 8), 8U);
}

TEST_F(PremapTest, StopsAtTheFirstMappedPageAndDoesNotGoOnBehindIt) {
  space.map({110});
  EXPECT_EQ(premap_run(space, {107}, 8), 3U);
}

TEST_F(PremapTest, IsNothingWhenThePageItselfIsMapped) {
  space.map({107});
  EXPECT_EQ(premap_run(space, {107}, 8), 0U);
}

TEST_F(PremapTest, StopsAtTheEndOfTheSpace) {
  EXPECT_EQ(premap_run(space, {148}, 512), 2U);
  EXPECT_EQ(premap_run(space, {149}, 512), 1U);
  EXPECT_EQ(premap_run(space, {150}, 512), 0U);
}

}  // namespace
}  // namespace faultpath::models
