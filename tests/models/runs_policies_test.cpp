// Whole runs of strategies that act before and after each operation.
#include <gtest/gtest.h>

#include <vector>

#include "models/assembly/run.hpp"
#include "models/strategy/strategy_traits.hpp"
#include "tests/models/invariants.hpp"
#include "tests/models/support.hpp"

namespace faultpath::models {
namespace {

using sim::microseconds;

constexpr std::uint64_t kPages = 64;

StrategySpec strict() { return {"strict", ViommuMapSpec{}}; }
StrategySpec lazy(std::uint32_t entries) {
  return {"lazy", ViommuMapSpec{.mode = ViommuMapSpec::Mode::lazy, .flush_entries = entries}};
}
StrategySpec coiommu() { return {"coiommu", CoiommuSpec{}}; }
StrategySpec unpinning() {
  CoiommuSpec spec;
  spec.unpin = CoiommuSpec::Unpin::timer;
  spec.interval = microseconds(50);
  return {"unpinning", spec};
}
StrategySpec checking() { return {"snoop", SnoopSpec{.switching = SnoopSpec::Switch::never}}; }

// Each of 64 pages once, one operation of `pages` at a time.
SystemSpec passing_once(const StrategySpec& strategy, std::uint32_t pages = 1) {
  SystemSpec spec = small_system();
  spec.strategy = strategy;
  spec.devices[0].workload.operation = pages * kPageBytes;
  spec.run.stop.operations = kPages / pages;
  return spec;
}

TEST(PolicyRuns, StrictModeMapsUnmapsAndInvalidatesForEachOperation) {
  for (const std::uint32_t pages : {1U, 4U}) {
    const Seen seen = checked_run(passing_once(strict(), pages));
    const Counters& c = seen.counters;
    EXPECT_EQ(c.pages_mapped, kPages);
    EXPECT_EQ(c.pages_pinned, kPages);
    EXPECT_EQ(c.pages_unmapped, kPages);
    EXPECT_EQ(c.iotlb_invalidations, kPages / pages) << "one for the range";
    EXPECT_EQ(c.atc_invalidations, kPages / pages);
    EXPECT_EQ(c.vm_exits, 2 * kPages / pages);
    EXPECT_EQ(c.page_requests, 0U);
    EXPECT_EQ(seen.gauge("locked_bytes").max, static_cast<std::int64_t>(pages * kPageBytes));
    EXPECT_EQ(seen.gauge("mapped_bytes").final, 0);
  }
}

TEST(PolicyRuns, LazyModeFlushesWhenItsQueueIsFull) {
  const Seen seen = checked_run(passing_once(lazy(16)));
  EXPECT_EQ(seen.counters.pages_mapped, kPages);
  EXPECT_EQ(seen.counters.pages_unmapped, kPages);
  EXPECT_EQ(seen.counters.iotlb_invalidations, kPages / 16);
  EXPECT_EQ(seen.counters.vm_exits, kPages + kPages / 16);
  EXPECT_EQ(seen.gauge("locked_bytes").max, static_cast<std::int64_t>(16 * kPageBytes));
}

// The parts of an operation's latency tile it.
TEST(PolicyRuns, TheLatencyIsBothWaitsAndWhatLiesBetween) {
  for (const StrategySpec& strategy : {strict(), coiommu(), checking()}) {
    SystemSpec spec = passing_once(strategy);
    spec.run.stop.operations = 1;
    const Seen seen = checked_run(spec);
    const LinkSpec& link = spec.devices[0].link;
    const sim::Duration between = seen.distribution("translation_latency_ns").max +
                                  sim::transfer_time(kPageBytes, link.bandwidth) + 2 * link.latency;
    EXPECT_EQ(
        seen.distribution("dma_latency_ns").max,
        seen.distribution("before_dma_ns").max + between + seen.distribution("after_dma_ns").max)
        << strategy.name;
  }
}

TEST(PolicyRuns, OthersHaveNoSuchWaits) {
  const Seen seen = checked_run(passing_once({"iopf", IopfSpec{}}));
  EXPECT_EQ(seen.distribution("before_dma_ns").count, 0U);
  EXPECT_EQ(seen.distribution("after_dma_ns").count, 0U);
}

// The VMM serves one request at a time: with many operations in flight it is the bottleneck, and
// each operation takes two of its services.
TEST(PolicyRuns, StrictModeSaturatesAtTheRateOfTheVmm) {
  SystemSpec one = passing_once(strict());
  one.devices[0].memory.populated = true;
  one.run.stop.operations = 1;
  const Seen alone = checked_run(one);
  const double service =
      alone.distribution("before_dma_ns").mean_ns + alone.distribution("after_dma_ns").mean_ns;
  SystemSpec many = one;
  many.devices[0].workload.queue_depth = 16;
  many.run.stop.operations = 2000;
  const Seen seen = checked_run(many);
  const double each = sim::to_ns(seen.simulated) / 2000.0;
  EXPECT_NEAR(each, service, 0.02 * service);
}

TEST(PolicyRuns, CoiommuExitsOnceForEachPageThatIsNew) {
  SystemSpec spec = passing_once(coiommu());
  spec.devices[0].workload.kind = UniformSpec{};
  spec.run.stop.operations = 3000;
  const Seen seen = checked_run(spec);
  EXPECT_EQ(seen.counters.vm_exits, kPages) << "3000 operations come to each of 64 pages";
  EXPECT_EQ(seen.counters.pages_pinned, kPages);
  EXPECT_EQ(seen.counters.pages_unmapped, 0U);
  EXPECT_EQ(seen.gauge("locked_bytes").final, static_cast<std::int64_t>(kPages * kPageBytes));
}

// Half of the pages fit: what operations have left is reclaimed, and checked again.
TEST(PolicyRuns, SnoopServesMoreThanMemoryHoldsWithoutAFaultOfTheDevice) {
  SystemSpec spec = passing_once(checking());
  spec.devices[0].workload.kind = UniformSpec{};
  spec.devices[0].workload.footprint = 600 * kPageBytes;
  spec.host.memory = 300 * kPageBytes;
  spec.run.stop.operations = 3000;
  const Seen seen = checked_run(spec);
  EXPECT_EQ(seen.counters.dma_operations, 3000U);
  EXPECT_EQ(seen.counters.snoop_hits + seen.counters.snoop_misses, 3000U);
  EXPECT_GT(seen.counters.snoop_misses, 600U);
  EXPECT_GT(seen.counters.evictions, 300U);
  EXPECT_EQ(seen.counters.page_requests, 0U);
}

// A thread that takes 3.5 us for a hit publishes no more than 1/3.5 us.
TEST(PolicyRuns, SnoopSaturatesAtTheRateOfItsThread) {
  SystemSpec spec = passing_once(checking());
  spec.devices[0].workload.queue_depth = 16;
  spec.devices[0].memory.populated = true;
  spec.run.stop.operations = 2000;
  const Seen seen = checked_run(spec);
  EXPECT_NEAR(sim::to_ns(seen.simulated) / 2000.0, 3500.0, 0.01 * 3500.0);
}

// Above its threshold it is as fast as pinned memory.
TEST(PolicyRuns, ElasticSnoopReachesWhatPinnedMemoryDoes) {
  SystemSpec spec = passing_once({"pin", PinSpec{}});
  spec.devices[0].workload.queue_depth = 16;
  spec.devices[0].memory.populated = true;
  spec.run.stop.operations.reset();
  spec.run.stop.duration = sim::milliseconds(4);
  spec.run.warmup = sim::milliseconds(2);
  const Seen pinned = checked_run(spec);
  spec.strategy = {"snoop", SnoopSpec{.window = sim::milliseconds(1)}};
  const Seen elastic = checked_run(spec);
  EXPECT_NEAR(static_cast<double>(elastic.counters.dma_operations),
              static_cast<double>(pinned.counters.dma_operations),
              0.01 * static_cast<double>(pinned.counters.dma_operations));
}

// A device may have contexts of both sorts: one maps and unmaps a page for each operation, the
// other maps a page for each fault.
TEST(PolicyRuns, AContextWithoutAPolicyFaultsBesideOneThatHasOne) {
  SystemSpec spec = passing_once(strict());
  spec.devices[0].contexts = 2;
  spec.devices[0].own_contexts.resize(2);
  spec.devices[0].own_contexts[0].strategy = strict();
  spec.devices[0].own_contexts[1].strategy = StrategySpec{"iopf", IopfSpec{}};
  spec.run.stop.operations = kPages;
  const Seen seen = checked_run(spec);
  const Counters& c = seen.counters;
  EXPECT_GT(c.page_requests, 0U);
  EXPECT_GT(c.vm_exits, 0U);
  EXPECT_EQ(c.pages_unmapped, c.vm_exits / 2);
  EXPECT_EQ(c.pages_mapped, c.vm_exits / 2 + c.page_requests);
  EXPECT_EQ(seen.distribution("before_dma_ns").count, kPages);
}

// Systems that are drawn, each with one of the strategies in place of its own.
TEST(PolicyRuns, RandomSystemsKeepTheLaws) {
  const std::vector<StrategySpec> all{
      strict(),   lazy(8),
      coiommu(),  unpinning(),
      checking(), {"elastic", SnoopSpec{.threshold = 20'000.0, .window = microseconds(100)}}};
  std::size_t ran = 0;
  for (std::uint64_t seed = 1; seed <= 24; ++seed) {
    SystemSpec spec = random_system(seed);
    spec.strategy = all[seed % all.size()];
    spec.iommu.second_stage.backing = SecondStageBacking::pinned;
    for (DeviceSpec& device : spec.devices) device.stops.clear();
    if (!problems_of(spec).empty()) continue;
    SCOPED_TRACE(testing::Message() << "seed " << seed << ", " << spec.strategy.name);
    checked_run(spec);
    ++ran;
  }
  EXPECT_GE(ran, 8U);
}

}  // namespace
}  // namespace faultpath::models
