// A small trace whose every time is computed by hand, to the picosecond.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "models/assembly/run.hpp"
#include "tests/models/golden_hops.hpp"
#include "tests/models/support.hpp"

namespace faultpath::models {
namespace {

using testing::ElementsAre;

// One device reads page 0, page 0 again, and page 1. Costs in ns:
//   a hop over the link   1 (28 B at 28 GB/s) + 200 = 201
//   a page's transfer     4096 B at 28 GB/s = 146.286 (146.2857 to the nearest ps)
//   IOTLB lookup 10, one read 70, interrupt 1000, thread 2000, one request 200,
//   work queue 1000, minor fault 750, map 66.8, submission 150
//
// Page 0                                                at
//   ATS up                                    201       201
//   lookup, 4 configuration reads, root  10 + 350       561   no permission: the root is empty
//   completion down                           201       762   fault
//   page request up                           201       963   queued
//   interrupt and thread                1000 + 2000    3963
//   its request                               200      4163   group queued
//   work queue                               1000      5163
//   minor fault                               750      5913   mapped
//   mapping                                  66.8      5979.8
//   submission                                150      6129.8 answered
//   response down                             201      6330.8
//   ATS up                                    201      6531.8
//   lookup, 4 levels                     10 + 280      6821.8 translated
//   completion down                           201      7022.8 resolved
//   transfer                              146.286      7169.086
//   round trip of the data                    400      7569.086 complete
// Page 0 again hits: 146.286 + 400                     8115.372 complete
// Page 1
//   ATS up                                    201      8316.372
//   lookup, leaf table (its way is cached)     80      8396.372 no permission
//   completion down                           201      8597.372 fault
//   page request up                           201      8798.372 queued; its tables are forgotten
//   interrupt, thread, its request           3200     11998.372 group queued
//   work queue, minor fault                  1750     13748.372 mapped
//   mapping, submission                     216.8     13965.172 answered
//   response down, ATS up                     402     14367.172
//   lookup, 4 levels                          290     14657.172 translated
//   completion down                           201     14858.172 resolved
//   transfer and round trip               546.286     15404.458 complete
SystemSpec by_hand() {
  SystemSpec spec = small_system();
  spec.devices[0].link = {sim::nanoseconds(200), 28e9};
  replay(spec, trace_of_pages({0, 0, 1}));
  return spec;
}

TEST(Golden, TwoFaultsAndAHitTakeWhatTheyTakeByHand) {
  RecordLog log;
  const RunOutcome outcome = run_system(by_hand(), {.progress = {}, .trace = &log});
  EXPECT_EQ(outcome.simulated, sim::picoseconds(15'404'458));
  EXPECT_THAT(
      log.records().at("devices/device.0"),
      ElementsAre("0 operation", "762000 fault", "7022800 fault resolved", "7569086 operation",
                  "8115372 operation", "8597372 fault", "14858172 fault resolved"));
  EXPECT_THAT(
      log.records().at("iommu"),
      ElementsAre("561000 no permission", "963000 page request queued", "6129800 group response",
                  "6821800 translated", "8396372 no permission", "8798372 page request queued",
                  "13965172 group response", "14657172 translated"));
  EXPECT_THAT(log.records().at("host/fault core"),
              ElementsAre("4163000 group queued", "6129800 group answered", "11998372 group queued",
                          "13965172 group answered"));
  EXPECT_THAT(log.records().at("host/memory"),
              ElementsAre("5913000 minor fault", "13748372 minor fault"));
  EXPECT_THAT(log.records().at("host/mappings"), ElementsAre("5913000 map", "13748372 map"));
  EXPECT_EQ(log.records().size(), 5U);
}

TEST(Golden, TheCountersOfTheSameTrace) {
  const Counters c = run_system(by_hand()).counters;
  EXPECT_EQ(c.dma_operations, 3U);
  EXPECT_EQ(c.dma_bytes, 3 * 4096U);
  EXPECT_EQ(c.page_accesses, 3U);
  EXPECT_EQ(c.atc_hits, 1U);
  EXPECT_EQ(c.atc_misses, 2U);
  EXPECT_EQ(c.ats_requests, 4U);
  EXPECT_EQ(c.iotlb_hits, 0U);
  EXPECT_EQ(c.iotlb_misses, 4U);
  EXPECT_EQ(c.walk_reads, 1U + 4U + 1U + 4U);
  EXPECT_EQ(c.config_reads, 4U);
  EXPECT_EQ(c.page_requests, 2U);
  EXPECT_EQ(c.page_request_groups, 2U);
  EXPECT_EQ(c.requests_answered, 2U);
  EXPECT_EQ(c.responses_success, 2U);
  EXPECT_EQ(c.faults_minor, 2U);
  EXPECT_EQ(c.faults_stage1, 2U) << "the one stage that there is";
  EXPECT_EQ(c.faults_stage2, 0U);
  EXPECT_EQ(c.pages_mapped, 2U);
  EXPECT_EQ(c.pages_pinned, 0U);
}

}  // namespace
}  // namespace faultpath::models
