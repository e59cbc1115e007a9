// Two faults behind each kind of IOMMU, on one core, with every time computed by hand.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ostream>
#include <string>
#include <vector>

#include "models/assembly/iommu_kinds.hpp"
#include "models/assembly/run.hpp"
#include "tests/models/golden_hops.hpp"
#include "tests/models/support.hpp"

namespace faultpath::models {
namespace {

// A device reads page 0 at time 0 and page 1 at 3310 ns. The host has one core, and a process
// shares its page table (sva). The costs in ns that every kind has:
//   message on the link   1 (28 B at 28 GB/s) + 200 = 201
//   transfer of a page    4096 B at 28 GB/s = 146.286; the round trip of its data 400
//   IOTLB lookup 10, one read of memory 70
//   interrupt 1000, thread 2000, one request 200, work queue 1000, minor fault 750
//   submission of a response 150, fetch of a descriptor by the IOMMU 100
//
// What differs between the kinds:
//   - how many configuration entries the first walk reads (4, 3, 3, 2, 4), before it reads the root
//     of the page table, which is empty;
//   - the second request comes to the queue while the thread works on the first. Every kind sends
//     an interrupt for it. Linux's driver for VT-d has read the tail before and leaves the request
//     to that interrupt. The other drivers find it when they have reported the first request; their
//     interrupt then finds an empty queue and keeps the only core for the 2000 ns of the wake-up;
//   - VT-d's response is two descriptors, and the thread of the work queue keeps its core until the
//     wait descriptor has written its status. The others leave the core after the submission;
//   - an SMMU that stalls has the access itself: no completion goes down to the device before the
//     page is there, and no page request comes up;
//   - VT-d's driver frees the entries of a batch at its end, the others each entry when they take
//   it.
constexpr sim::Duration kSecond = sim::nanoseconds(3310);

SystemSpec two_faults(IommuKind kind) {
  SystemSpec spec = small_system();
  spec.iommu.kind = kind;
  spec.iommu.invalidation.fetch = constant(sim::nanoseconds(100));
  spec.strategy = {"sva", SvaSpec{}};
  spec.host.cores = 1;
  spec.devices[0].link = {sim::nanoseconds(200), 28e9};
  spec.devices[0].workload.queue_depth.reset();
  auto trace = std::make_shared<TraceData>();
  trace->timed = true;
  trace->entries.push_back({{start_of(IovaPage{0}), kPageBytes, false}, sim::Time{}, 0, 0});
  trace->entries.push_back({{start_of(IovaPage{1}), kPageBytes, false}, sim::Time{kSecond}, 0, 0});
  replay(spec, trace);
  return spec;
}

constexpr const char* kDevice = "devices/device.0";
constexpr const char* kIommu = "iommu";
constexpr const char* kCore = "host/fault core";
constexpr const char* kMemory = "host/memory";
constexpr const char* kMappings = "host/mappings";

struct Golden {
  IommuKind kind{};
  std::vector<GoldenHop> first, second;
  double queued_ns;  ///< the time that requests spend in the queue, added up
};
void PrintTo(const Golden& golden, std::ostream* out) { *out << info_of(golden.kind).name; }

/// From a response in the device until its data have come: `levels` of the page table are read.
std::vector<GoldenHop> retry(double levels) {
  return {{"response down", 201},
          {"ATS request up", 201},
          {"lookup and walk", 10 + 70 * levels, kIommu, "translated"},
          {"completion down", 201, kDevice, "fault resolved"},
          {"transfer and round trip", 146.286 + 400}};
}

/// The same where the access waits in the IOMMU: its answer stands for the data.
std::vector<GoldenHop> stalled_retry(double levels) {
  return {{"lookup and walk", 10 + 70 * levels, kIommu, "translated"},
          {"answer down", 201, kDevice, "fault resolved"},
          {"transfer and round trip", 146.286 + 400}};
}

/// An access to a page that is absent, until its request is in the queue.
std::vector<GoldenHop> request(double reads) {
  return {{"issue", 0, kDevice, "operation"},
          {"ATS request up", 201},
          {"lookup and reads", 10 + 70 * reads, kIommu, "no permission"},
          {"completion down", 201, kDevice, "fault"},
          {"page request up", 201, kIommu, "page request queued"}};
}

/// The thread of the work queue from the moment it has the core.
std::vector<GoldenHop> service() {
  return {{"work queue", 1000},
          {"minor fault", 750, kMemory, "minor fault"},
          {"entry of the process's table", 0, kMappings, "map"},
          {"submission", 150, kCore, "group answered"},
          {"fetch of the descriptor", 100, kIommu, "group response"}};
}

GoldenHop reported(double ns) { return {"the thread's work on it", ns, kCore, "group queued"}; }

void append(std::vector<GoldenHop>& hops, const GoldenHop& hop) { hops.push_back(hop); }
void append(std::vector<GoldenHop>& hops, const std::vector<GoldenHop>& part) {
  hops.insert(hops.end(), part.begin(), part.end());
}
/// Hops and parts of a timeline, one after the other.
template <class... Parts>
std::vector<GoldenHop> joined(const Parts&... parts) {
  std::vector<GoldenHop> all;
  (append(all, parts), ...);
  return all;
}

// The second request is in the queue at 3310 + 201 + 80 + 201 + 201 = 3993, and 3310 + 201 + 80 =
// 3591 where accesses stall. Its retry reads one level: the walk of the first has cached the
// tables.
std::vector<Golden> goldens() {
  const GoldenHop wake{"interrupt and thread", 1000 + 2000};
  const GoldenHop rest{"the core, until the thread ends", 200};
  const auto busy = [](double ns) { return GoldenHop{"the thread, busy with the first", ns}; };
  const auto late = [](double ns) { return GoldenHop{"the core, behind the late interrupt", ns}; };
  const auto stalled = [](double reads) {
    return std::vector<GoldenHop>{
        {"issue", 0, kDevice, "operation"},
        {"access up", 201},
        {"lookup and reads", 10 + 70 * reads, kIommu, "page request queued"}};
  };
  return {
      // First: queued at 201 + 360 + 402 = 963, thread from 3963 to 4163, work from 4163; answered
      // at 6063, its status is written at 6263. Second: its interrupt has waited for the core since
      // 4993 and gets it at 6263; the thread runs at 8263. In the queue: 963 to 4163 and 3993 to
      // 8463.
      {IommuKind::vtd,  //
       joined(request(4 + 1), wake, reported(200), service(), retry(4)),
       joined(request(1), GoldenHop{"interrupt", 1000},
              GoldenHop{"the core, until the status of the first", 6263 - 4993},
              GoldenHop{"thread", 2000}, reported(200), service(), retry(1)),
       3200 + 4470},
      // First: queued at 201 + 290 + 402 = 893, thread at 3893; it takes the second at 4093 and
      // ends at 4293. Answered at 4293 + 1900 = 6193. The late interrupt holds the core from 6193
      // to 8193. In the queue: 893 to 3893 and 3993 to 4093.
      {IommuKind::smmu_pri, joined(request(3 + 1), wake, reported(200), rest, service(), retry(4)),
       joined(request(1), busy(4093 - 3993), reported(200), late(8193 - 4293), service(), retry(1)),
       3000 + 100},
      // First: recorded at 201 + 290 = 491, thread at 3491; it takes the second at 3691 and ends at
      // 3891. Answered at 5791. The late interrupt, of 4591, holds the core from 5791 to 7791. In
      // the queue: 491 to 3491 and 3591 to 3691.
      {IommuKind::smmu_stall,
       joined(stalled(3 + 1), wake, reported(200), rest, service(), stalled_retry(4)),
       joined(stalled(1), busy(3691 - 3591), reported(200), late(7791 - 3891), service(),
              stalled_retry(1)),
       3000 + 100},
      // First: queued at 201 + 220 + 402 = 823, thread at 3823. A poll ends at the tail that it has
      // read; the bit that the second has set makes the thread poll again, from 4023 to 4223.
      // Answered at 6123. The late interrupt holds the core from 6123 to 8123. In the log: 823 to
      // 3823 and 3993 to 4023.
      {IommuKind::amd, joined(request(2 + 1), wake, reported(200), rest, service(), retry(4)),
       joined(request(1), busy(4023 - 3993), reported(200), late(8123 - 4223), service(), retry(1)),
       3000 + 30},
      // First: queued at 201 + 360 + 402 = 963, thread at 3963; it takes the second at 4163 and
      // ends at 4363. Answered at 6263. The late interrupt holds the core from 6263 to 8263. In the
      // queue: 963 to 3963 and 3993 to 4163.
      {IommuKind::riscv, joined(request(4 + 1), wake, reported(200), rest, service(), retry(4)),
       joined(request(1), busy(4163 - 3993), reported(200), late(8263 - 4363), service(), retry(1)),
       3000 + 170},
  };
}

double value_of(const std::vector<GaugeResult>& gauges, const std::string& name) {
  return std::ranges::find(gauges, name, &GaugeResult::name)->mean;
}

class GoldenKind : public ::testing::TestWithParam<Golden> {};

TEST_P(GoldenKind, TwoFaultsOnOneCoreTakeWhatTheyTakeByHand) {
  const Golden& golden = GetParam();
  Timelines by_hand;
  by_hand.add({}, golden.first);
  by_hand.add(kSecond, golden.second);
  RecordLog log;
  const RunOutcome outcome = run_system(two_faults(golden.kind), {.progress = {}, .trace = &log});
  EXPECT_EQ(log.records(), by_hand.records());
  EXPECT_EQ(outcome.simulated, kSecond + time_until(golden.second, nullptr));
  const sim::Histogram& latency =
      std::ranges::find(outcome.distributions, "fault_latency_ns", &DistributionResult::name)
          ->histogram;
  const sim::Duration first = time_until(golden.first, "fault resolved");
  const sim::Duration second = time_until(golden.second, "fault resolved");
  EXPECT_EQ(latency.count(), 2U);
  EXPECT_EQ(latency.max(), std::max(first, second));
  EXPECT_EQ(latency.min(), std::min(first, second));
  const double simulated = static_cast<double>(outcome.simulated.count()) / 1000.0;
  EXPECT_NEAR(value_of(outcome.gauges, "queue_depth") * simulated, golden.queued_ns, 0.001);
  EXPECT_EQ(outcome.counters.interrupts, 2U) << "the second found the thread at work";
  EXPECT_EQ(outcome.counters.faults_minor, 2U);
}

INSTANTIATE_TEST_SUITE_P(Kinds, GoldenKind, ::testing::ValuesIn(goldens()), [](const auto& golden) {
  return std::string(info_of(golden.param.kind).name);
});

TEST(GoldenKinds, EveryKindHasATimeline) {
  std::vector<IommuKind> with_timeline, kinds;
  for (const Golden& golden : goldens()) with_timeline.push_back(golden.kind);
  for (const IommuKindInfo& info : iommu_kinds()) kinds.push_back(info.kind);
  EXPECT_EQ(with_timeline, kinds);
}

}  // namespace
}  // namespace faultpath::models
