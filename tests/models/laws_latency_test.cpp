// The unloaded latency of a fault is the sum of its stages, each with its costs once.
#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "tests/models/forked_run.hpp"
#include "tests/models/support.hpp"

namespace faultpath::models {
namespace {

using sim::Duration;
using sim::nanoseconds;

// One fault on a new page: nothing is cached, nothing waits.
SystemSpec one_fault() {
  SystemSpec spec = small_system();
  spec.devices[0].link.bandwidth = 28e9;  // 1 ns a message
  spec.run.stop.operations = 1;
  return spec;
}

Duration constant_of(const sim::DistributionSpec& spec) { return sim::mean_of(spec); }

/// What the stages take by the rules: the first walk reads four configuration entries and the empty
/// root, the walk of the retry every level (and every level of the second stage for each).
struct Expected {
  explicit Expected(const SystemSpec& s) {
    const Duration hop = s.devices[0].link.latency + nanoseconds(1);
    const Duration lookup = constant_of(s.iommu.lookup);
    const Duration read = constant_of(s.iommu.memory_read);
    const int n = static_cast<int>(s.iommu.levels.stage1);
    const int h = static_cast<int>(s.iommu.levels.stage2);
    const int first = 1 * (h + 1) + h - h;  // root pointer and root; an absent entry leads nowhere
    const int cold = (n + 1) * (h + 1) - 1;
    translate = 2 * hop + lookup + (4 + first) * read;
    request = hop;
    queue = constant_of(s.host.interrupt.delivery) + constant_of(s.host.interrupt.wake_up);
    report = constant_of(s.host.interrupt.per_request);
    work_queue = constant_of(s.host.work_queue.wake_up);
    handle = constant_of(s.host.page_fault.minor);
    if (!std::holds_alternative<SvaSpec>(s.strategy.kind)) handle += s.host.map_cost.map_4k;
    const bool pins = std::holds_alternative<IopfGrowSpec>(s.strategy.kind) ||
                      std::holds_alternative<LruLockedSpec>(s.strategy.kind);
    if (pins) handle += s.host.map_cost.pin;
    respond = constant_of(s.host.submit) + hop;
    back_off = constant_of(s.devices[0].pri.retry_delay);
    retry = 2 * hop + lookup + cold * read;
  }
  Duration total() const {
    return translate + request + queue + report + work_queue + handle + respond + back_off + retry;
  }
  Duration translate, request, queue, report, work_queue, handle, respond, back_off, retry;
};

void expect_stages(const SystemSpec& spec) {
  const Expected expected(spec);
  const Seen seen = run(spec);
  const auto spent = [&](const char* stage) {
    EXPECT_EQ(seen.stage(stage).count, 1U);
    return seen.stage(stage).max;
  };
  EXPECT_EQ(spent("translate"), expected.translate);
  EXPECT_EQ(spent("credit"), Duration::zero());
  EXPECT_EQ(spent("request"), expected.request);
  EXPECT_EQ(spent("queue"), expected.queue);
  EXPECT_EQ(spent("report"), expected.report);
  EXPECT_EQ(spent("work_queue"), expected.work_queue);
  EXPECT_EQ(spent("handle"), expected.handle);
  EXPECT_EQ(spent("respond"), expected.respond);
  EXPECT_EQ(spent("back_off"), expected.back_off);
  EXPECT_EQ(spent("retry"), expected.retry);
  EXPECT_EQ(seen.distribution("fault_latency_ns").max, expected.total());
}

TEST(UnloadedFault, TakesTheSumOfItsStages) { expect_stages(one_fault()); }

TEST(UnloadedFault, DiffersBetweenStrategiesByMappingAndPinningAlone) {
  for (const StrategySpec& strategy : {StrategySpec{"iopf_grow", IopfGrowSpec{}},
                                       StrategySpec{"lru_locked", LruLockedSpec{.limit = {0.5}}},
                                       StrategySpec{"sva", SvaSpec{}}}) {
    SCOPED_TRACE(strategy.name);
    SystemSpec spec = one_fault();
    spec.strategy = strategy;
    expect_stages(spec);
  }
}

TEST(UnloadedFault, ReadsBothStagesOfANestedTable) {
  for (const LevelsSpec levels : {LevelsSpec{4, 4}, {5, 5}, {4, 5}, {3, 3}, {5, 0}, {3, 0}}) {
    SCOPED_TRACE(std::to_string(levels.stage1) + " x " + std::to_string(levels.stage2));
    SystemSpec spec = one_fault();
    spec.iommu.levels = levels;
    expect_stages(spec);
  }
}

// Each cost moves the latency by its own change times the number of its appearances.
TEST(UnloadedFault, ContainsEachCostAsOftenAsThePathDoes) {
  struct Case {
    const char* name;
    int times;
    std::function<void(SystemSpec&, Duration)> add;
  };
  const auto more = [](sim::DistributionSpec& cost, Duration change) {
    cost = constant(sim::mean_of(cost) + change);
  };
  const Case cases[] = {
      {"link", 6, [](auto& s, auto d) { s.devices[0].link.latency += d; }},
      {"lookup", 2, [&](auto& s, auto d) { more(s.iommu.lookup, d); }},
      {"read", 4 + 1 + 4, [&](auto& s, auto d) { more(s.iommu.memory_read, d); }},
      {"delivery", 1, [&](auto& s, auto d) { more(s.host.interrupt.delivery, d); }},
      {"thread", 1, [&](auto& s, auto d) { more(s.host.interrupt.wake_up, d); }},
      {"request", 1, [&](auto& s, auto d) { more(s.host.interrupt.per_request, d); }},
      {"work queue", 1, [&](auto& s, auto d) { more(s.host.work_queue.wake_up, d); }},
      {"minor", 1, [&](auto& s, auto d) { more(s.host.page_fault.minor, d); }},
      {"major", 0, [&](auto& s, auto d) { more(s.host.page_fault.major, d); }},
      {"map", 1, [](auto& s, auto d) { s.host.map_cost.map_4k += d; }},
      {"pin", 0, [](auto& s, auto d) { s.host.map_cost.pin += d; }},
      {"submit", 1, [&](auto& s, auto d) { more(s.host.submit, d); }},
      {"retry", 1, [&](auto& s, auto d) { more(s.devices[0].pri.retry_delay, d); }},
  };
  const Duration before = run(one_fault()).distribution("fault_latency_ns").max;
  for (const Case& each : cases) {
    SystemSpec spec = one_fault();
    each.add(spec, nanoseconds(137));
    const Duration after = run(spec).distribution("fault_latency_ns").max;
    EXPECT_EQ(after - before, each.times * nanoseconds(137)) << each.name;
  }
}

// A page of a file: the processor time of a major fault, the latency of the disk, 4 KiB of
// transfer.
TEST(UnloadedFault, OfAFileAddsTheDisk) {
  SystemSpec spec = one_fault();
  spec.devices[0].memory.kind = Backing::file;
  spec.host.swap.bandwidth = 4.096e9;  // 1 us a page
  const Seen seen = run(spec);
  EXPECT_EQ(seen.stage("handle").max,
            nanoseconds(2000 + 80'000 + 1000) + spec.host.map_cost.map_4k);
  EXPECT_EQ(seen.counters.faults_major, 1U);
}

TEST(UnloadedFault, OfAPageThatIsThereCostsOnlyTheMapping) {
  SystemSpec spec = one_fault();
  spec.devices[0].memory.populated = true;
  const Seen seen = run(spec);
  EXPECT_EQ(seen.stage("handle").max, nanoseconds(250) + spec.host.map_cost.map_4k);
}

// n requests on one page table: the thread takes them one after the other, the handler as well.
TEST(UnloadedFault, OfAGroupServesItsPagesOneAfterTheOther) {
  SystemSpec spec = one_fault();
  spec.devices[0].pri.group = 4;
  spec.devices[0].workload.operation = 4 * kPageBytes;
  const Seen seen = run(spec);
  const Expected one(one_fault());
  EXPECT_EQ(seen.counters.page_requests, 4U);
  EXPECT_EQ(seen.stage("handle").max, 4 * one.handle);
  // The last is taken when the three before it have been processed; it arrives 3 messages later.
  EXPECT_EQ(seen.stage("request").max, one.request + 3 * nanoseconds(1));
  EXPECT_EQ(seen.stage("queue").max, one.queue + 3 * one.report - 3 * nanoseconds(1));
}

}  // namespace
}  // namespace faultpath::models
