// One access behind a second stage that maps on demand, with every time computed by hand.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "models/assembly/run.hpp"
#include "tests/models/golden_hops.hpp"
#include "tests/models/support.hpp"

namespace faultpath::models {
namespace {

constexpr const char* kDevice = "devices/device.0";
constexpr const char* kIommu = "iommu";
constexpr const char* kCore = "host/fault core";
constexpr const char* kMemory = "host/memory";
constexpr const char* kMappings = "host/mappings";

// A device reads a page of a process in a guest. The first stage has 3 levels, the second stage 3
// levels, and nothing is there: neither the guest's tables nor the page. Behind VT-d every page
// request makes the IOMMU forget the domain, so that each walk is cold.
//
// A walk alternates: 3 entries of the second stage to find a table of the first, then 1 entry in
// it. It ends where something is missing, and one fault brings only that. What is missing in turn:
//   round  reads                          missing                        host reads the guest's
//     1    1: the empty root              the guest page of the root                0 entries
//     2    3 + 1                          the root's entry: the guest's fault       1
//     3    4 + 3                          the page of the table of level 1          1
//     4    4 + 4 + 3                      the page of the table of level 0          2
//     5    4 + 4 + 4 + 3                  the page of the data                      3
//     6    4 + 4 + 4 + 3 = (3 + 1)(3 + 1) - 1 = 15, and translates
// The first walk reads 4 configuration entries before (root, context, PASID directory and table).
// The guest writes all its tables in its one fault, but the second stage still has to map them.
//
// To find out whose fault a page request is, the host walks the guest's table by software, 100 ns
// an entry. A fault of the second stage maps a page (66.8 ns) besides the minor fault (750 ns).
SystemSpec nothing_is_there() {
  SystemSpec spec = small_system();
  spec.iommu.kind = IommuKind::vtd;
  spec.iommu.levels = {3, 3};
  spec.iommu.second_stage.backing = SecondStageBacking::on_demand;
  spec.strategy = {"sva", SvaSpec{}};
  spec.devices[0].link = {sim::nanoseconds(200), 28e9};  // 1 ns a message
  replay(spec, trace_of_pages({0}));
  return spec;
}

struct Round {
  double reads;
  double software_reads;
  bool second_stage;
};

void add_round(std::vector<GoldenHop>& hops, const Round& round) {
  const bool first = hops.size() == 1;
  hops.push_back({"ATS request up", 201});
  hops.push_back({"lookup and reads", 10 + 70 * round.reads, kIommu, "no permission"});
  hops.push_back({"completion down", 201, kDevice, first ? "fault" : nullptr});
  hops.push_back({"page request up", 201, kIommu, "page request queued"});
  hops.push_back({"interrupt and thread", 1000 + 2000});
  hops.push_back({"the thread's work on it", 200, kCore, "group queued"});
  hops.push_back({"work queue", 1000});
  hops.push_back({"walk by software", 100 * round.software_reads});
  if (round.second_stage) hops.push_back({"mapping", 66.8});
  // Of the guest's own fault the host's memory knows nothing.
  hops.push_back({"minor fault", 750, kMemory, round.second_stage ? "minor fault" : nullptr});
  hops.push_back({"entry written", 0, kMappings, "map"});
  hops.push_back({"submission", 150, kCore, "group answered"});
  hops.push_back({"descriptor", 0, kIommu, "group response"});
  hops.push_back({"response down", 201});
}

std::vector<GoldenHop> by_hand() {
  std::vector<GoldenHop> hops{{"issue", 0, kDevice, "operation"}};
  for (const Round& round : {Round{4 + 1, 0, true},
                             {3 + 1, 1, false},
                             {4 + 3, 1, true},
                             {4 + 4 + 3, 2, true},
                             {4 + 4 + 4 + 3, 3, true}}) {
    add_round(hops, round);
  }
  hops.push_back({"ATS request up", 201});
  hops.push_back({"lookup and reads", 10 + 70 * 15, kIommu, "translated"});
  hops.push_back({"completion down", 201, kDevice, "fault resolved"});
  hops.push_back({"transfer and round trip", 146.286 + 400});
  return hops;
}

TEST(GoldenNested, OneAccessTakesAFaultForEachThingThatIsMissing) {
  Timelines expected;
  expected.add({}, by_hand());
  const sim::Duration latency = time_until(by_hand(), "fault resolved");
  RecordLog log;
  const RunOutcome outcome = run_system(nothing_is_there(), {.progress = {}, .trace = &log});
  EXPECT_EQ(log.records(), expected.records());
  EXPECT_EQ(outcome.simulated, latency + sim::picoseconds(546'286));
  const sim::Histogram& measured =
      std::ranges::find(outcome.distributions, "fault_latency_ns", &DistributionResult::name)
          ->histogram;
  EXPECT_EQ(measured.count(), 1U) << "to the device it is one fault, which Success has not ended";
  EXPECT_EQ(measured.max(), latency);
  // Rounds 1 to 5 without their reads: 5 x (4 x 201 + 10 + 3200 + 1000 + 750 + 150), 7 reads by
  // software, 4 mappings; then 2 x 201 + 10. Reads: 5 + 4 + 7 + 11 + 15 + 15 = 57.
  EXPECT_EQ(latency,
            sim::picoseconds(5 * 5'914'000 + 7 * 100'000 + 4 * 66'800 + 412'000 + 57 * 70'000));
}

TEST(GoldenNested, TheCountersOfTheSameAccess) {
  const Counters c = run_system(nothing_is_there()).counters;
  EXPECT_EQ(c.config_reads, 4U);
  EXPECT_EQ(c.walk_reads, 1U + 4U + 7U + 11U + 15U + 15U);
  EXPECT_EQ(c.page_requests, 5U);
  EXPECT_EQ(c.responses_success, 5U);
  EXPECT_EQ(c.faults_stage1, 1U);
  EXPECT_EQ(c.faults_stage2, 4U);
  EXPECT_EQ(c.pages_mapped, 4U + 1U) << "in the second stage, and in the first";
}

}  // namespace
}  // namespace faultpath::models
