// Fingerprints: lanes, order and ingredients.
#include "sim/fingerprint.hpp"

#include <gtest/gtest.h>

#include "tests/sim/support.hpp"

namespace faultpath::sim {
namespace {

std::uint64_t one_record(const FingerprintIngredients& ingredients, const char* component, Time at,
                         std::uint32_t kind, std::uint64_t key) {
  Fingerprint fingerprint{ingredients};
  fingerprint.lane(component).add(at, kind, key);
  return fingerprint.value();
}

std::uint64_t base(const FingerprintIngredients& ingredients) {
  return one_record(ingredients, "nic", at_ns(5), 1, 7);
}

TEST(Fingerprint, EveryIngredientMatters) {
  const FingerprintIngredients all;
  EXPECT_EQ(base(all), base(all));
  EXPECT_NE(base(all), one_record(all, "gpu", at_ns(5), 1, 7));
  EXPECT_NE(base(all), one_record(all, "nic", at_ns(5) + picoseconds(1), 1, 7));
  EXPECT_NE(base(all), one_record(all, "nic", at_ns(5), 2, 7));
  EXPECT_NE(base(all), one_record(all, "nic", at_ns(5), 1, 8));
}

TEST(Fingerprint, AnIngredientThatIsLeftOutDoesNotMatter) {
  const FingerprintIngredients no_component{.component = false};
  EXPECT_EQ(base(no_component), one_record(no_component, "gpu", at_ns(5), 1, 7));
  const FingerprintIngredients no_time{.time = false};
  EXPECT_EQ(base(no_time), one_record(no_time, "nic", at_ns(6), 1, 7));
  const FingerprintIngredients no_kind{.kind = false};
  EXPECT_EQ(base(no_kind), one_record(no_kind, "nic", at_ns(5), 2, 7));
  const FingerprintIngredients no_key{.key = false};
  EXPECT_EQ(base(no_key), one_record(no_key, "nic", at_ns(5), 1, 8));
  EXPECT_NE(base(no_key), one_record(no_key, "nic", at_ns(5), 2, 7)) << "the others still do";
}

TEST(Fingerprint, AllKindsAreDistinct) {
  const FingerprintIngredients all;
  for (const std::uint32_t kind : {256U, 65'536U, 1U << 31}) {
    EXPECT_NE(one_record(all, "nic", at_ns(5), 0, 7), one_record(all, "nic", at_ns(5), kind, 7));
  }
}

TEST(Fingerprint, TheOrderWithinALaneMatters) {
  Fingerprint forth{{}};
  Fingerprint back{{}};
  FingerprintLane& a = forth.lane("nic");
  FingerprintLane& b = back.lane("nic");
  a.add(at_ns(1), 1, 1);
  a.add(at_ns(1), 1, 2);
  b.add(at_ns(1), 1, 2);
  b.add(at_ns(1), 1, 1);
  EXPECT_NE(forth.value(), back.value());
}

TEST(Fingerprint, TheOrderBetweenLanesDoesNotMatter) {
  Fingerprint interleaved{{}};
  Fingerprint ahead{{}};
  FingerprintLane& a = interleaved.lane("nic");
  FingerprintLane& b = interleaved.lane("gpu");
  a.add(at_ns(1), 1, 1);
  b.add(at_ns(2), 1, 1);
  a.add(at_ns(3), 1, 2);
  FingerprintLane& c = ahead.lane("nic");
  FingerprintLane& d = ahead.lane("gpu");
  c.add(at_ns(1), 1, 1);
  c.add(at_ns(3), 1, 2);
  d.add(at_ns(2), 1, 1);
  EXPECT_EQ(interleaved.value(), ahead.value());
}

TEST(Fingerprint, WhoDidWhatMatters) {
  Fingerprint one{{}};
  Fingerprint other{{}};
  one.lane("nic").add(at_ns(1), 1, 1);
  one.lane("gpu");
  other.lane("nic");
  other.lane("gpu").add(at_ns(1), 1, 1);
  EXPECT_NE(one.value(), other.value());
}

TEST(Fingerprint, ALaneStaysValidWhileOthersAreAdded) {
  Fingerprint many{{}};
  FingerprintLane& first = many.lane("0");
  for (int i = 1; i < 1000; ++i) many.lane(std::to_string(i));
  const std::uint64_t before = many.value();
  first.add(at_ns(1), 1, 1);
  EXPECT_NE(many.value(), before);
}

}  // namespace
}  // namespace faultpath::sim
