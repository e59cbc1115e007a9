// Limits that no fault can live with, and passes that free nothing.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/models/blamed.hpp"
#include "tests/models/support.hpp"

namespace faultpath::models {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

StrategySpec lru(std::uint64_t pages, LruLockedSpec spec = {}) {
  spec.limit.value = pages * kPageBytes;
  return {"lru", spec};
}

// A group of four whose faults map eight pages each needs room for 4 + 8; a limit of all 64 pages
// never evicts.
TEST(Problems, OfALimitAreThoseThatOneFaultCannotLiveWith) {
  SystemSpec spec = small_system();
  spec.devices[0].pri.group = 4;
  LruLockedSpec premap;
  premap.premap = 8;
  spec.strategy = lru(12, premap);
  EXPECT_THAT(blamed(spec), IsEmpty());
  spec.strategy = lru(11, premap);
  EXPECT_THAT(blamed(spec), ElementsAre("strategies.lru.limit"));
  premap.premap = 512;
  spec.strategy = lru(64, premap);
  EXPECT_THAT(blamed(spec), IsEmpty());
}

TEST(Problems, OfAPeriodicThreadAreTargetsThatFreeNothing) {
  SystemSpec spec = small_system();
  LruLockedSpec periodic;
  periodic.evict = LruLockedSpec::Evict::periodic;
  periodic.target = 1.0;
  spec.strategy = lru(32, periodic);
  EXPECT_THAT(blamed(spec), ElementsAre("strategies.lru.target"));
  spec.strategy = lru(64, periodic);  // nothing has to go
  EXPECT_THAT(blamed(spec), IsEmpty());
  periodic.target = 0.97;  // 31 pages
  spec.strategy = lru(32, periodic);
  EXPECT_THAT(blamed(spec), IsEmpty());
}

}  // namespace
}  // namespace faultpath::models
