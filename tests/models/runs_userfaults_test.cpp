// Whole runs with pages that user space brings, and with locked ones.
#include <gtest/gtest.h>

#include "tests/models/area_runs.hpp"
#include "tests/models/invariants.hpp"

namespace faultpath::models {
namespace {

constexpr std::uint64_t kPages = 64;

AreaSpec registered(std::uint64_t pages, Backing kind = Backing::anonymous) {
  AreaSpec area = area_of(pages, kind);
  area.userfaultfd = true;
  return area;
}
/// The process writes its first `pages` pages in order, over and over.
void let_it_write(SystemSpec& spec, std::uint64_t pages, double rate) {
  CpuSpec& cpu = spec.processes[0].cpu.emplace();
  cpu.workload.kind = SequentialSpec{};
  cpu.workload.footprint = pages * kPageBytes;
  cpu.workload.reads = 0.0;
  cpu.rate = rate;
}

// It gives no message and waits for nobody, whether it reads or writes.
TEST(UserfaultRuns, AFaultOfADeviceIsAnsweredInvalid) {
  for (const StrategySpec& strategy : {StrategySpec{"sva", SvaSpec{}}, {"iopf", IopfSpec{8}}}) {
    for (const Backing kind : {Backing::anonymous, Backing::shared}) {
      SCOPED_TRACE(strategy.name);
      SystemSpec spec = with_areas({registered(4, kind)});
      spec.strategy = strategy;
      access_in_turn(spec, {{0}, {1, true}, {2}});
      const Seen seen = checked_run(spec);
      EXPECT_EQ(seen.counters.userfaults_refused, 3U);
      EXPECT_EQ(seen.counters.userfaults, 0U);
      EXPECT_EQ(seen.counters.responses_invalid, 3U);
      EXPECT_EQ(seen.counters.dma_dropped, 3U);
      EXPECT_EQ(seen.gauge("resident_bytes").max, 0);
    }
  }
}

TEST(UserfaultRuns, AnEventOfOnDemandPagingFails) {
  SystemSpec spec = with_areas({registered(4)});
  spec.strategy = {"odp", OdpSpec{}};
  access_in_turn(spec, {{0}, {1, true}});
  const Seen seen = checked_run(spec);
  EXPECT_EQ(seen.counters.userfaults, 0U);
  EXPECT_EQ(seen.counters.dma_dropped, 2U);
}

// The device is busy elsewhere until the process has its pages: they are ordinary pages then.
TEST(UserfaultRuns, AnAccessOfTheProcessWaitsForItsThread) {
  AreaSpec other = area_of(600);
  other.name = "other";
  SystemSpec spec = with_areas({registered(kPages), other});
  std::vector<PageAccess> accesses;
  for (std::uint64_t i = 0; i < 600; ++i) accesses.push_back({kPages + i, true});
  for (std::uint64_t i = 0; i < kPages; ++i) accesses.push_back({i, true});
  access_in_turn(spec, accesses);
  let_it_write(spec, kPages, 1e7);
  const Seen seen = checked_run(spec);
  EXPECT_EQ(seen.counters.userfaults, kPages);
  EXPECT_EQ(seen.counters.userfaults_refused, 0U);
  EXPECT_EQ(seen.counters.dma_dropped, 0U);
  EXPECT_EQ(seen.counters.faults_minor, 600U);
}

// 1 / (6.667 us + 0.75 us) a second, however fast the process is.
TEST(UserfaultRuns, TheThreadBringsOnePageAfterTheOther) {
  SystemSpec spec = with_areas({registered(10'000)});
  spec.devices[0].workload.footprint = kPageBytes;
  spec.run.stop = {};
  spec.run.stop.duration = sim::milliseconds(10);
  let_it_write(spec, 10'000, 1e9);
  const Seen seen = checked_run(spec);
  EXPECT_NEAR(static_cast<double>(seen.counters.userfaults), 1e4 / (6.667 + 0.75), 2.0);
}

// Its reader touches the page itself.
TEST(UserfaultRuns, TheRouteOfIommufdServesIt) {
  SystemSpec spec = with_areas({registered(4)});
  spec.strategy = {"iopf", IopfSpec{}};
  spec.route = FaultRoute::iommufd;
  spec.host.era = Era::v7_1;
  access_in_turn(spec, {{0}, {1, true}, {2}});
  const Seen seen = checked_run(spec);
  EXPECT_EQ(seen.counters.userfaults, 3U);
  EXPECT_EQ(seen.counters.userfaults_refused, 0U);
  EXPECT_EQ(seen.counters.responses_invalid, 0U);
  EXPECT_EQ(seen.counters.dma_operations, 3U);
}

// 100 pages that were written first, and then 600 others, over and over, in 400 frames.
TEST(MlockRuns, ReclaimLeavesLockedPagesAlone) {
  for (const bool locked : {false, true}) {
    AreaSpec first = area_of(100), others = area_of(600);
    first.mlock = locked;
    others.name = "others";
    SystemSpec spec = with_areas({first, others});
    spec.host.memory = 400 * kPageBytes;
    spec.host.reclaim = {.min = 0.05, .low = 0.1, .high = 0.2};
    std::vector<PageAccess> accesses;
    for (std::uint64_t i = 0; i < 700; ++i) accesses.push_back({i, true});
    for (std::uint64_t i = 0; i < 600; ++i) accesses.push_back({100 + i, true});
    const std::size_t before = accesses.size();
    for (std::uint64_t i = 0; i < 100; ++i) accesses.push_back({i, true});
    access_in_turn(spec, accesses);
    const Seen all = checked_run(spec);
    accesses.resize(before);
    access_in_turn(spec, accesses);
    const Seen until = checked_run(spec);
    const std::uint64_t last = all.counters.page_requests - until.counters.page_requests;
    EXPECT_EQ(last, locked ? 0U : 100U);
  }
}

// A device still loses its translations.
TEST(MlockRuns, LockedPagesMigrate) {
  AreaSpec area = area_of(kPages);
  area.mlock = true;
  SystemSpec spec = with_areas({area});
  spec.devices[0].workload.footprint = kPages * kPageBytes;
  spec.devices[0].workload.reads = 0.0;
  spec.run.stop = {};
  spec.run.stop.duration = sim::milliseconds(20);
  NotifierSpec compaction;
  compaction.kind = NotifierKind::compaction;
  compaction.rate = 20'000.0;
  spec.host.notifiers = {compaction};
  const Seen seen = checked_run(spec);
  EXPECT_GT(seen.counters.notifier_pages, 100U);
  EXPECT_EQ(seen.counters.atc_invalidations, seen.counters.notifier_pages);
  EXPECT_EQ(seen.counters.evictions, 0U);
}

}  // namespace
}  // namespace faultpath::models
