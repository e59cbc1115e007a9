// Whole runs: what each strategy promises.
#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <set>
#include <vector>

#include "tests/models/invariants.hpp"
#include "tests/models/support.hpp"

namespace faultpath::models {
namespace {

constexpr std::uint64_t kPages = 64;

std::int64_t bytes(std::uint64_t pages) { return static_cast<std::int64_t>(pages * kPageBytes); }

// 3000 accesses with eight in flight, far more than there are pages.
SystemSpec revisiting(const StrategySpec& strategy) {
  SystemSpec spec = small_system();
  spec.devices[0].workload.kind = UniformSpec{};
  spec.devices[0].workload.queue_depth = 8;
  spec.run.stop.operations = 3000;
  spec.strategy = strategy;
  return spec;
}

StrategySpec lru(std::uint64_t pages, LruLockedSpec spec = {}) {
  spec.limit.value = pages * kPageBytes;
  return {"lru_locked", spec};
}

TEST(PinRuns, HaveNoPageRequestsAndEverythingLocked) {
  const Seen seen = checked_run(revisiting({"pin", PinSpec{}}));
  EXPECT_EQ(seen.counters.page_requests, 0U);
  EXPECT_EQ(seen.distribution("fault_latency_ns").count, 0U);
  EXPECT_EQ(seen.gauge("locked_bytes").mean, static_cast<double>(bytes(kPages)));
  EXPECT_EQ(seen.gauge("mapped_bytes").final, bytes(kPages));
  EXPECT_EQ(seen.gauge("resident_bytes").final, bytes(kPages));
}

// Each page faulted in, pinned and mapped, by the costs of MapCostSpec.
TEST(PinRuns, StartAfterEveryPageHasBeenPaidFor) {
  struct Case {
    BackingSpec backing;
    sim::Duration cost;
  };
  const MapCostSpec costs;
  const auto pages = static_cast<std::int64_t>(1024);
  for (const Case& each : {Case{{}, pages * (costs.populate_4k + costs.pin + costs.map_4k)},
                           {{.populated = true}, pages * (costs.pin + costs.map_4k)},
                           {{.huge_pages = true}, pages / 512 * (costs.populate_2m + costs.map_2m)},
                           {{.populated = true, .huge_pages = true}, pages / 512 * costs.map_2m}}) {
    SystemSpec spec = revisiting({"pin", PinSpec{}});
    spec.devices[0].workload.footprint = 1024 * kPageBytes;
    spec.devices[0].memory = each.backing;
    const Seen seen = checked_run(spec);
    EXPECT_EQ(seen.distribution("startup_ns").max, each.cost);
  }
}

TEST(PinRuns, OfATebibyteTakeNeitherTimeNorMemoryForEachPage) {
  SystemSpec spec = revisiting({"pin", PinSpec{}});
  spec.host.memory = 2ULL << 40;
  spec.devices[0].workload.footprint = 1ULL << 40;
  const Seen seen = checked_run(spec);
  EXPECT_EQ(seen.gauge("locked_bytes").final, std::int64_t{1} << 40);
}

TEST(FaultingRuns, WithEnoughMemoryFaultEachPageExactlyOnce) {
  for (const StrategySpec& strategy :
       {StrategySpec{"iopf", IopfSpec{}}, {"iopf_grow", IopfGrowSpec{}}, {"sva", SvaSpec{}}}) {
    SCOPED_TRACE(strategy.name);
    SystemSpec spec = revisiting(strategy);
    spec.devices[0].workload.reads = 1.0;
    const Seen seen = checked_run(spec);
    EXPECT_EQ(seen.counters.page_requests, kPages);
    EXPECT_EQ(seen.counters.faults_minor, kPages);
    EXPECT_EQ(seen.counters.faults_spurious, 0U);
    EXPECT_EQ(seen.gauge("mapped_bytes").final, bytes(kPages));
  }
}

TEST(FaultingRuns, CountTheStageThatWasMissing) {
  const Counters sva = checked_run(revisiting({"sva", SvaSpec{}})).counters;
  EXPECT_EQ(sva.faults_stage1, kPages);
  EXPECT_EQ(sva.faults_stage2, 0U);
  const Counters iopf = checked_run(revisiting({"iopf", IopfSpec{}})).counters;
  EXPECT_EQ(iopf.faults_stage1, kPages) << "a device's only table is its first stage";
  EXPECT_EQ(iopf.faults_stage2, 0U);
}

TEST(FaultingRuns, LockWhatTheyPromiseToLock) {
  EXPECT_EQ(checked_run(revisiting({"iopf", IopfSpec{}})).gauge("locked_bytes").max, 0);
  EXPECT_EQ(checked_run(revisiting({"sva", SvaSpec{}})).gauge("locked_bytes").max, 0);
  const Seen grow = checked_run(revisiting({"iopf_grow", IopfGrowSpec{}}));
  EXPECT_EQ(grow.gauge("locked_bytes").final, bytes(kPages));
}

// Sequential accesses one by one: each fault maps `premap` pages that are not asked for later.
TEST(FaultingRuns, PremapDividesSequentialFaults) {
  for (const std::uint32_t premap : {1U, 2U, 7U, 8U, 64U, 512U}) {
    for (const StrategySpec& strategy :
         {StrategySpec{"iopf", IopfSpec{premap}}, {"iopf_grow", IopfGrowSpec{premap}}}) {
      SystemSpec spec = small_system();
      spec.strategy = strategy;
      const Seen seen = checked_run(spec);
      EXPECT_EQ(seen.counters.page_requests, (kPages + premap - 1) / premap) << premap;
      EXPECT_EQ(seen.counters.pages_mapped, kPages);
    }
  }
}

// The premap of page 2 stops in front of page 4, which is mapped; page 5 is asked for later.
TEST(FaultingRuns, PremapStopsAtAMappedPage) {
  SystemSpec spec = small_system();
  spec.strategy = {"iopf", IopfSpec{8}};
  replay(spec, trace_of_pages({12, 10, 11, 4, 2, 3, 9, 5, 6, 7, 8}));
  // 12 alone (the space ends at 12); 10 and 11; 4 to 9; 2 and 3.
  const Seen seen = checked_run(spec);
  EXPECT_EQ(seen.counters.page_requests, 4U);
  EXPECT_EQ(seen.counters.pages_mapped, 1U + 2U + 6U + 2U);
}

TEST(LruLockedRuns, NeverExceedTheirLimitAndReachIt) {
  for (const std::uint64_t limit : {2U, 5U, 20U, 63U}) {
    SCOPED_TRACE(limit);
    const Seen seen = checked_run(revisiting(lru(limit)));
    EXPECT_EQ(seen.gauge("locked_bytes").max, bytes(limit));
    EXPECT_GT(seen.counters.evictions, 0U);
    EXPECT_EQ(seen.counters.pages_pinned - seen.counters.evictions,
              static_cast<std::uint64_t>(seen.gauge("locked_bytes").final) / kPageBytes);
  }
}

TEST(LruLockedRuns, WithALimitOfEverythingFaultAsOftenAsIopfGrow) {
  const Seen grow = checked_run(revisiting({"iopf_grow", IopfGrowSpec{}}));
  const Seen full = checked_run(revisiting({"lru_locked", LruLockedSpec{.limit = {1.0}}}));
  EXPECT_EQ(difference(grow, full), "");
  EXPECT_EQ(full.counters.evictions, 0U);
}

// Groups whose premaps overlap take room for the same pages; none is evicted for that.
TEST(LruLockedRuns, WithALimitOfEverythingEvictNothingWhateverTheOverlap) {
  SystemSpec spec = revisiting({"lru_locked", LruLockedSpec{.limit = {1.0}}});
  std::get<LruLockedSpec>(spec.strategy.kind).premap = 8;
  spec.devices[0].count = 3;
  spec.devices[0].address_space = "common";
  EXPECT_EQ(checked_run(spec).counters.evictions, 0U);
}

TEST(LruLockedRuns, TakeAShareOfTheAddressSpaceAsLimit) {
  SystemSpec spec = revisiting({"lru_locked", LruLockedSpec{.limit = {0.3}}});
  EXPECT_EQ(checked_run(spec).gauge("locked_bytes").max, bytes(19));  // floor(0.3 * 64)
}

TEST(LruLockedRuns, KeepTheLimitOfEachSpace) {
  SystemSpec spec = revisiting(lru(10));
  spec.devices[0].count = 3;
  EXPECT_EQ(checked_run(spec).gauge("locked_bytes").max, bytes(30));
}

TEST(LruLockedRuns, WithAPeriodicThreadKeepTheLimitToo) {
  LruLockedSpec periodic;
  periodic.evict = LruLockedSpec::Evict::periodic;
  periodic.period = sim::microseconds(50);
  periodic.target = 0.5;
  const Seen seen = checked_run(revisiting(lru(20, periodic)));
  EXPECT_EQ(seen.gauge("locked_bytes").max, bytes(20));
  EXPECT_GT(seen.counters.evictions, 0U);
  EXPECT_LT(seen.gauge("locked_bytes").mean, static_cast<double>(bytes(20)));
}

// A fault that finds no room waits for the thread: up to a period, not for an eviction of its own.
TEST(LruLockedRuns, WithAPeriodicThreadFaultsWaitForItsNextPass) {
  LruLockedSpec periodic;
  periodic.evict = LruLockedSpec::Evict::periodic;
  periodic.period = sim::milliseconds(10);
  SystemSpec spec = small_system();
  spec.strategy = lru(32, periodic);  // 64 pages one by one: the 33rd waits
  const Seen seen = checked_run(spec);
  EXPECT_GT(seen.stage("handle").max, sim::milliseconds(9));
  EXPECT_LT(seen.stage("handle").max, sim::milliseconds(10));
}

/// Faults of accesses one by one under a limit, by a list of pages, the oldest first.
std::uint64_t faults_of_list(const std::vector<std::uint64_t>& accesses, std::size_t limit,
                             bool by_use) {
  std::deque<std::uint64_t> locked;
  std::uint64_t faults = 0;
  for (const std::uint64_t page : accesses) {
    const auto at = std::ranges::find(locked, page);
    if (at == locked.end()) {
      ++faults;
      if (locked.size() == limit) locked.pop_front();
      locked.push_back(page);
    } else if (by_use) {
      locked.erase(at);
      locked.push_back(page);
    }
  }
  return faults;
}

struct Recorded {
  std::vector<std::uint64_t> pages;
  Trace trace;
};

// Half of the accesses go to four hot pages among forty.
Recorded hot_and_cold(std::uint64_t seed) {
  sim::RandomStream stream({seed, 0, "test", "pages"});
  Recorded recorded;
  auto trace = std::make_shared<TraceData>();
  for (int i = 0; i < 1000; ++i) {
    const bool hot = stream.below(2) == 0;
    const std::uint64_t page = hot ? stream.below(4) : stream.below(40);
    recorded.pages.push_back(page);
    trace->entries.push_back({{start_of(IovaPage{page}), kPageBytes, false}, {}, 0, 0});
  }
  recorded.trace = std::move(trace);
  return recorded;
}

// What the device hits is invisible without access bits: the list is in the order of mapping.
TEST(LruLockedRuns, AreFirstInFirstOutWithoutAccessBits) {
  for (const std::uint64_t limit : {3U, 8U, 20U}) {
    const Recorded recorded = hot_and_cold(limit);
    SystemSpec spec = small_system();
    spec.strategy = lru(limit);
    replay(spec, recorded.trace);
    EXPECT_EQ(checked_run(spec).counters.page_requests,
              faults_of_list(recorded.pages, limit, false));
  }
}

TEST(LruLockedRuns, AreLeastRecentlyUsedWithAccessBits) {
  for (const std::uint64_t limit : {3U, 8U, 20U}) {
    const Recorded recorded = hot_and_cold(limit);
    SystemSpec spec = small_system();
    LruLockedSpec by_use;
    by_use.recency = LruLockedSpec::Recency::used;
    spec.strategy = lru(limit, by_use);
    spec.devices[0].reports_access = true;
    replay(spec, recorded.trace);
    const std::uint64_t faults = faults_of_list(recorded.pages, limit, true);
    EXPECT_EQ(checked_run(spec).counters.page_requests, faults);
    EXPECT_LT(faults, faults_of_list(recorded.pages, limit, false));
  }
}

// Eviction before the page is served: unmap, submission, IOTLB and device TLB; the device is idle.
TEST(LruLockedRuns, PayForTheEvictionInTheFault) {
  SystemSpec spec = small_system();
  spec.devices[0].link = {sim::nanoseconds(200), 28e9};
  spec.devices[0].workload.footprint = 3 * kPageBytes;
  spec.strategy = lru(2);
  spec.run.stop.operations = 3;
  const MapCostSpec costs;
  const sim::Duration plain = sim::nanoseconds(750) + costs.pin + costs.map_4k;
  const sim::Duration eviction = costs.unmap_4k + sim::nanoseconds(150) + sim::nanoseconds(709) +
                                 2 * sim::nanoseconds(201) + sim::nanoseconds(100);
  const Shape handle = checked_run(spec).stage("handle");
  EXPECT_EQ(handle.min, plain);
  EXPECT_EQ(handle.max, plain + eviction);
}

}  // namespace
}  // namespace faultpath::models
