// The driver of the RISC-V page request queue: entry by entry, and no interrupt is missed.
#include "models/kernel/prq/riscv_driver.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/random.hpp"
#include "tests/models/kernel/prq/driver_rig.hpp"

namespace faultpath::models {
namespace {

using sim::nanoseconds;
using sim::picoseconds;
using testing::ElementsAre;
using testing::SizeIs;

// Three usable entries.
class RiscvDriverTest : public testing::Test {
 protected:
  DriverRig<RiscvPageRequestQueue> rig{IommuKind::riscv};
};

// pqof is cleared when the queue is empty, together with all partial groups.
TEST_F(RiscvDriverTest, RecoveryClearsTheFlagAndDiscardsPartialGroups) {
  rig.arrive_at(at_ns(0), page_request(1, 1, false));
  rig.arrive_at(at_ns(0), 2, 3);
  rig.arrive_at(at_ns(0), page_request(4, 1));  // lost
  const sim::Time end = sim::Time{kToThread} + 3 * kEach;
  rig.sample_at(end - picoseconds(1));
  rig.sample_at(end + picoseconds(1));
  rig.run();
  EXPECT_THAT(rig.overflow, ElementsAre(true, false));
  EXPECT_EQ(rig.core.stats(DeviceIndex{}).requests_discarded, 1U);
  EXPECT_THAT(rig.groups(), ElementsAre(ElementsAre(2), ElementsAre(3)));
  EXPECT_THAT(rig.endpoints[0].responses, SizeIs(3));
}

// A queue that holds requests does not raise pip again: it is cleared before the tail is read.
TEST_F(RiscvDriverTest, NoRequestIsForgotten) {
  sim::RandomStream stream({1, 0, "driver", "arrivals"});
  sim::Time at{};
  std::uint16_t requests = 0;
  for (; requests < 300; ++requests) {
    at += picoseconds(static_cast<std::int64_t>(stream.below(4'000'000)));
    rig.arrive_at(at, page_request(requests, requests));
  }
  for (const int ps : {-1, 0, 1}) {  // around the begin of a run, and around its end
    for (const sim::Duration moment : {kToThread, kToThread + kEach}) {
      at += nanoseconds(20'000);
      rig.arrive_at(at, page_request(1, requests++));
      rig.arrive_at(at + moment + picoseconds(ps), page_request(2, requests++));
    }
  }
  rig.run();
  EXPECT_EQ(rig.endpoints[0].responses.size(), requests);
  EXPECT_EQ(rig.queue.occupied(), 0U);
  EXPECT_FALSE(rig.queue.overflow());
}

}  // namespace
}  // namespace faultpath::models
