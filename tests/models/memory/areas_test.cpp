// Declared areas: where they lie, what is there, and what they permit.
#include "models/memory/areas.hpp"

#include <gtest/gtest.h>

namespace faultpath::models {
namespace {

AreaSpec area(std::uint64_t bytes, std::optional<std::uint64_t> page = std::nullopt) {
  AreaSpec spec;
  spec.size = bytes;
  if (page) spec.at = *page * kPageBytes;
  return spec;
}

TEST(AreasTest, FollowEachOtherInWholePagesUnlessTheyHaveAPlace) {
  const auto places =
      Areas::places({area(1), area(2 * kPageBytes + 1), area(1, 100), area(kPageBytes)});
  const std::vector<Runs::Run> expected{{0, 1}, {1, 3}, {100, 1}, {101, 1}};
  EXPECT_EQ(places, expected);
}

TEST(AreasTest, BetweenThemIsNothing) {
  AreaSpec high = area(kPageBytes, 50), low = area(2 * kPageBytes, 10);
  high.name = "high";
  low.name = "low";
  const Areas areas({high, low});
  EXPECT_EQ(areas.pages().count(), 3U);
  EXPECT_EQ(areas.find({10})->name, "low");
  EXPECT_EQ(areas.find({50})->name, "high");
  EXPECT_EQ(areas.find({11})->name, "low");
  for (const std::uint64_t page : {0U, 9U, 12U, 49U, 51U}) {
    EXPECT_EQ(areas.find({page}), nullptr) << page;
  }
}

TEST(AreasTest, BeyondTheEndOfAFileAreNoPages) {
  AreaSpec file = area(8 * kPageBytes);
  file.kind = Backing::file;
  file.file_size = kPageBytes + 1;
  const Areas areas({file});
  EXPECT_EQ(areas.pages().count(), 2U);
  EXPECT_EQ(areas.find({0})->end(), IovaPage{2});
}

TEST(AreasTest, OneForReadingPermitsNoWrite) {
  AreaSpec readable = area(kPageBytes);
  readable.access = AreaSpec::Access::read_only;
  const Areas areas({readable, area(kPageBytes)});
  EXPECT_TRUE(areas.permits({0}, false));
  EXPECT_FALSE(areas.permits({0}, true));
  EXPECT_TRUE(areas.permits({1}, true));
}

TEST(AreasTest, ThatAreNotDeclaredAreNone) {
  Areas areas;
  EXPECT_FALSE(areas.declared());
  EXPECT_EQ(areas.find(IovaPage{0}), nullptr);
}

TEST(AreasTest, MayNotOverlap) {
  EXPECT_DEATH(Areas({area(2 * kPageBytes), area(kPageBytes, 1)}), "do not overlap");
}

}  // namespace
}  // namespace faultpath::models
