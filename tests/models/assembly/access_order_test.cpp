// The order in which devices ask for pages, against hand-made orders and against runs.
#include "models/assembly/access_order.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <deque>

#include "tests/models/forked_run.hpp"
#include "tests/models/support.hpp"

namespace faultpath::models {
namespace {

using testing::ElementsAre;

struct Order {
  std::vector<std::uint32_t> tables;
  std::vector<std::uint64_t> pages;
};

Order first(const SystemSpec& spec, std::size_t most) {
  const Plan plan = plan_of(spec);
  AccessOrder order(spec, plan);
  Order seen;
  while (seen.pages.size() < most) {
    const auto access = order.next();
    if (!access) break;
    seen.tables.push_back(access->table);
    seen.pages.push_back(access->operation.first_page({}).value);
  }
  return seen;
}

// A list of `limit` pages by mapping or by use, looked through for each page.
std::uint64_t faults_of_list(const SystemSpec& spec, std::uint64_t limit, bool by_use) {
  std::deque<std::uint64_t> list;
  std::uint64_t faults = 0;
  for (const std::uint64_t page : first(spec, *spec.run.stop.operations).pages) {
    const auto at = std::ranges::find(list, page);
    const bool is_there = at != list.end();
    if (is_there && by_use) list.erase(at);
    if (is_there && !by_use) continue;
    list.push_back(page);
    if (list.size() > limit) list.pop_front();
    faults += !is_there;
  }
  return faults;
}

// One operation at a time, so that every fault is served before the next access: then the faults of
// a run are those of the list, to the fault.
TEST(AccessOrder, OfOneOperationAtATimeHasTheFaultsOfARunAtEveryLimit) {
  SystemSpec spec = small_system();
  spec.devices[0].workload.kind = ZipfSpec{0.8};
  spec.run.stop.operations = 1'500;
  for (const bool by_use : {false, true}) {
    for (const std::uint64_t limit : {2U, 3U, 8U, 20U, 40U, 63U, 64U}) {
      LruLockedSpec lru{.limit = {limit * kPageBytes}};
      if (by_use) lru.recency = LruLockedSpec::Recency::used;
      spec.devices[0].reports_access = by_use;
      spec.strategy = {"lru_locked", lru};
      spec.run.replication = static_cast<unsigned>(limit);
      EXPECT_EQ(run(spec).counters.faults_minor, faults_of_list(spec, limit, by_use))
          << "limit " << limit << (by_use ? " by use" : " by mapping");
    }
  }
}

TEST(AccessOrder, OfARecordingIsThatOfTheRecordingAndEndsWithIt) {
  SystemSpec spec = small_system();
  replay(spec, trace_of_pages({5, 9, 5, 7}));
  EXPECT_THAT(first(spec, 10).pages, ElementsAre(5, 9, 5, 7));
  EXPECT_TRUE(AccessOrder::is_fixed(spec));
}

TEST(AccessOrder, TakesContextsInTurn) {
  SystemSpec spec = small_system();
  spec.devices[0].contexts = 2;
  spec.devices[0].workload.queue_depth = 2;
  EXPECT_THAT(first(spec, 8).pages, ElementsAre(0, 0, 1, 1, 2, 2, 3, 3));
  EXPECT_FALSE(AccessOrder::is_fixed(spec));
}

// Each instance has a table of its own. The second device's link is three times as slow, so that
// its operations are due a third as often.
TEST(AccessOrder, LetsClosedLoopsGoAsFastAsTheirLinks) {
  SystemSpec spec = small_system();
  spec.devices.push_back(spec.devices[0]);
  spec.devices[0].count = 2;
  spec.devices[1].name = "slow";
  spec.devices[1].link.bandwidth = spec.devices[0].link.bandwidth / 3.0;
  spec.traces.resize(2);
  const auto seen = first(spec, 14);
  EXPECT_EQ(std::ranges::count(seen.tables, 0U), 6);
  EXPECT_EQ(std::ranges::count(seen.tables, 1U), 6);
  EXPECT_EQ(std::ranges::count(seen.tables, 2U), 2);
}

TEST(AccessOrder, OfASharedTableIsOneStream) {
  SystemSpec spec = small_system();
  spec.devices[0].address_space = "common";
  spec.devices[0].count = 2;
  const auto seen = first(spec, 4);
  EXPECT_THAT(seen.tables, ElementsAre(0, 0, 0, 0));
  EXPECT_THAT(seen.pages, ElementsAre(0, 0, 1, 1));
}

// Ten times the rate: ten times the operations, but for the noise of Poisson arrivals.
TEST(AccessOrder, TakesOpenLoopsByTheirTimes) {
  SystemSpec spec = small_system();
  spec.devices[0].workload.queue_depth.reset();
  spec.devices[0].workload.rate = 1e5;
  spec.devices.push_back(spec.devices[0]);
  spec.devices[1].name = "fast";
  spec.devices[1].workload.rate = 1e6;
  spec.traces.resize(2);
  const auto seen = first(spec, 11'000);
  EXPECT_NEAR(static_cast<double>(std::ranges::count(seen.tables, 0U)), 1'000.0, 4.0 * 32.0);
}

}  // namespace
}  // namespace faultpath::models
