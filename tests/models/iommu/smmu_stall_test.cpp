// Stalls: records are never lost, and each held transaction has a tag of its own.
#include <gtest/gtest.h>

#include <set>

#include "models/iommu/smmu_event_queue.hpp"
#include "models/iommu/stall_table.hpp"
#include "sim/random.hpp"
#include "sim/simulation.hpp"
#include "tests/models/support.hpp"

namespace faultpath::models {
namespace {

TEST(SmmuEventQueue, HoldsBackWhatDoesNotFitAndLosesNothing) {
  SmmuEventQueue queue(4);
  for (std::uint64_t page = 0; page < 10; ++page) {
    const Arrival arrival = queue.arrive(page_request(page, 0));
    EXPECT_EQ(arrival.fate, Arrival::Fate::queued) << page;
    EXPECT_EQ(arrival.interrupt, page == 0) << page;
  }
  EXPECT_EQ(queue.occupied(), 4U);
  EXPECT_FALSE(queue.overflow());
  for (std::uint64_t page = 0; page < 10; ++page) {
    EXPECT_EQ(queue.front().page, IovaPage{page});
    queue.pop_front();
  }
  EXPECT_TRUE(queue.empty());
}

sim::Process wait_for(StallTable& stalls, PrgIndex stag, std::optional<ResponseCode>& code) {
  code = co_await stalls.resumed(stag);
}

TEST(StallTable, ResumesTheTransactionOfTheTagAndIgnoresTagsThatAreNotLive) {
  sim::Simulation simulation(bare());
  StallTable stalls;
  const PrgIndex first = stalls.hold();
  const PrgIndex second = stalls.hold();
  EXPECT_NE(first, second);
  std::optional<ResponseCode> first_code, second_code;
  simulation.start(wait_for(stalls, first, first_code), "first");
  simulation.start(wait_for(stalls, second, second_code), "second");
  EXPECT_EQ(stalls.live(), 2U);
  EXPECT_TRUE(stalls.resume(second, ResponseCode::invalid));
  EXPECT_EQ(second_code, ResponseCode::invalid);
  EXPECT_FALSE(first_code);
  EXPECT_FALSE(stalls.resume(second, ResponseCode::success)) << "it is not live any more";
  EXPECT_FALSE(stalls.resume(PrgIndex{99}, ResponseCode::success));
  EXPECT_TRUE(stalls.resume(first, ResponseCode::success));
  EXPECT_EQ(stalls.live(), 0U);
}

// IHI 0070, 3.12.2: a tag is one stall's as long as it lives, however they come and go.
TEST(StallTable, LiveStallsHaveDistinctTags) {
  sim::Simulation simulation(bare());
  StallTable stalls;
  sim::RandomStream stream({1, 0, "stalls", "order"});
  std::set<std::uint16_t> live;
  for (int step = 0; step < 5000; ++step) {
    if (live.empty() || stream.below(3) > 0) {
      EXPECT_TRUE(live.insert(stalls.hold().value).second) << "step " << step;
    } else {
      const auto any =
          std::next(live.begin(), static_cast<std::ptrdiff_t>(stream.below(live.size())));
      EXPECT_TRUE(stalls.resume(PrgIndex{*any}, ResponseCode::success));
      live.erase(any);
    }
    EXPECT_EQ(stalls.live(), live.size());
  }
}

}  // namespace
}  // namespace faultpath::models
