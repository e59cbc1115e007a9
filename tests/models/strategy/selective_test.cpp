// Pinning what is chosen, mapping ahead of the devices, and windows that learn.
#include "models/strategy/selective.hpp"

#include <gtest/gtest.h>

#include "tests/models/host_rig.hpp"
#include "tests/models/invariants.hpp"

namespace faultpath::models {
namespace {

Runs runs(std::vector<Runs::Run> list) { return Runs(std::move(list)); }

TEST(PagesSpec, AShareIsOfThePagesThatAreThereFromTheLowestOn) {
  const Runs space = runs({{10, 4}, {100, 16}});
  EXPECT_EQ((PagesSpec{.share = 0.5, .ranges = {}}.among(space).list()),
            (std::vector<Runs::Run>{{10, 4}, {100, 6}}));
  EXPECT_TRUE((PagesSpec{.share = 0.04, .ranges = {}}.among(space).empty()));
}

TEST(PagesSpec, ARangeTakesEveryPageThatItTouchesAndNoHole) {
  const Runs space = runs({{10, 4}, {100, 16}});
  const PagesSpec one{.share = 0.0, .ranges = {{.offset = 3 * kPageBytes - 1, .length = 2}}};
  EXPECT_EQ(one.among(space).list(), (std::vector<Runs::Run>{{12, 2}}));
  const PagesSpec across{.share = 0.0, .ranges = {{.offset = 0, .length = 92 * kPageBytes}}};
  EXPECT_EQ(across.among(space).list(), (std::vector<Runs::Run>{{10, 4}, {100, 2}}));
}

TEST(PremapWindows, DoubleBehindFaultsThatFollowEachOther) {
  PremapWindows windows;
  std::uint64_t page = 7;
  for (const std::uint32_t window : {1U, 2U, 4U, 8U, 10U, 10U}) {
    EXPECT_EQ(windows.window_of({page}, 10), window);
    windows.mapped({page}, window);
    page += window;
  }
}

TEST(PremapWindows, FallToOnePageAfterAnyOtherFault) {
  PremapWindows windows;
  windows.window_of({7}, 8);
  windows.mapped({7}, 1);
  EXPECT_EQ(windows.window_of({9}, 8), 1U) << "one page further than where the run ended";
  windows.mapped({9}, 1);
  EXPECT_EQ(windows.window_of({8}, 8), 2U) << "the first run is not forgotten";
}

TEST(PremapWindows, RememberTheEightRunsThatGrewLast) {
  PremapWindows windows;
  for (std::uint64_t run = 0; run < 9; ++run) {
    windows.window_of({1000 * run}, 8);
    windows.mapped({1000 * run}, 1);
  }
  EXPECT_EQ(windows.window_of({1001}, 8), 2U);
  EXPECT_EQ(windows.window_of({1}, 8), 1U) << "the oldest is forgotten";
}

// Faults one by one: pages 0, 1 and 2, 3 to 6, 7 to 14 and so on.
TEST(FaultingRuns, AGrowingPremapTakesTheLogarithmOfASequentialSpace) {
  SystemSpec spec = small_system();
  spec.strategy = {"iopf", IopfSpec{.premap = 512, .premap_grows = true}};
  const Seen seen = checked_run(spec);
  EXPECT_EQ(seen.counters.page_requests, 7U);  // 1 + 2 + 4 + ... + 32 = 63 pages, and the last
  EXPECT_EQ(seen.counters.pages_mapped, 64U);
}

TEST(FaultingRuns, AGrowingPremapMapsWhatIsAskedForWhenFaultsAreFarApart) {
  SystemSpec spec = small_system();
  spec.devices[0].workload.footprint = 640 * kPageBytes;
  spec.strategy = {"iopf", IopfSpec{.premap = 8, .premap_grows = true}};
  replay(spec, trace_of_pages({600, 100, 300, 200, 500, 400}));
  EXPECT_EQ(checked_run(spec).counters.pages_mapped, 6U);
}

SystemSpec sequential_with(const StrategySpec& strategy) {
  SystemSpec spec = small_system();
  spec.devices[0].workload.reads = 1.0;
  spec.strategy = strategy;
  return spec;
}

TEST(FaultingRuns, FaultOnlyBehindWhatIsPrefaulted) {
  const PagesSpec quarter{.share = 0.25, .ranges = {}};
  const PagesSpec pages{.share = 0.0, .ranges = {{.offset = 0, .length = 16 * kPageBytes}}};
  for (const PagesSpec& prefault : {quarter, pages}) {
    for (const StrategySpec& strategy :
         {StrategySpec{"iopf", IopfSpec{.prefault = prefault}},
          {"iopf_grow", IopfGrowSpec{.prefault = prefault}},
          {"selective", SelectiveSpec{.pinned = {}, .prefault = prefault}}}) {
      const Seen seen = checked_run(sequential_with(strategy));
      EXPECT_EQ(seen.counters.page_requests, 48U) << strategy.name;
      EXPECT_EQ(seen.gauge("mapped_bytes").final, 64 * 4096);
      // Each page is faulted in and mapped before the device starts.
      const MapCostSpec costs;
      const bool pins = strategy.name == "iopf_grow";
      const sim::Duration page =
          sim::nanoseconds(750) + costs.map_4k + (pins ? costs.pin : sim::Duration{});
      EXPECT_EQ(seen.distribution("startup_ns").max, 16 * page) << strategy.name;
    }
  }
}

TEST(FaultingRuns, PrefaultUnderALimitAsFarAsItGoes) {
  LruLockedSpec lru{.limit = {8 * kPageBytes}};
  lru.prefault.share = 1.0;
  const Seen seen = checked_run(sequential_with({"lru_locked", lru}));
  EXPECT_EQ(seen.counters.page_requests, 56U);
  EXPECT_EQ(seen.gauge("locked_bytes").max, 8 * 4096);
}

TEST(SelectiveRuns, PinWhatIsChosenAndFaultTheRest) {
  const PagesSpec rings{.share = 0.0,
                        .ranges = {{.offset = 4 * kPageBytes, .length = 6 * kPageBytes}}};
  const Seen seen = checked_run(sequential_with({"selective", SelectiveSpec{.pinned = rings}}));
  EXPECT_EQ(seen.counters.page_requests, 58U);
  EXPECT_EQ(seen.gauge("locked_bytes").max, 6 * 4096);
  EXPECT_EQ(seen.gauge("locked_bytes").final, 6 * 4096);
}

// Half of the pages fit into memory. The pinned ones never fault; the others come and go.
TEST(SelectiveRuns, ReclaimTakesWhatIsNotPinned) {
  SystemSpec spec = small_system();
  spec.host.memory = 64 * kPageBytes;
  spec.devices[0].workload.footprint = 128 * kPageBytes;
  spec.run.stop.operations = 512;
  spec.devices[0].nonfaultable = {{.offset = 0, .length = 8 * kPageBytes}};
  const PagesSpec more{.share = 0.0,
                       .ranges = {{.offset = 8 * kPageBytes, .length = 8 * kPageBytes}}};
  spec.strategy = {"selective", SelectiveSpec{.pinned = more}};
  const Seen seen = checked_run(spec);
  EXPECT_GT(seen.counters.evictions, 0U);
  EXPECT_EQ(seen.gauge("locked_bytes").final, 16 * 4096);
  EXPECT_EQ(seen.counters.page_requests, 4U * 112U) << "each pass over the rest faults again";
}

}  // namespace
}  // namespace faultpath::models
