// What the charts about guests are given.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "analysis/report/panels.hpp"
#include "tests/analysis/report/sample.hpp"

namespace faultpath::analysis::report {
namespace {

Json scopes(double guest, double vmm) {
  return {
      {"p50", {{"device", 1.0}, {"iommu", 2.0}, {"host", 3.0}, {"vmm", vmm}, {"guest", guest}}},
      {"p99", {{"device", 1.0}, {"iommu", 2.0}, {"host", 9.0}, {"vmm", vmm}, {"guest", guest}}}};
}
Json guests_of(int count, const char* backing) { return {{"count", count}, {"backing", backing}}; }

TEST(ScopesPanel, IsTheMeanOverReplicationsWithTheGuestFirst) {
  const std::vector<Source> sources{
      source_of("s", {{.strategy = "sva", .blame_scopes_ns = scopes(10, 40)},
                      {.strategy = "sva", .replication = 1, .blame_scopes_ns = scopes(20, 60)},
                      {.strategy = "host alone"}})};
  const auto panel = scopes_data(Entries(sources));
  EXPECT_EQ(panel["names"].dump(), R"(["guest","VMM","host","IOMMU","device"])");
  ASSERT_EQ(panel["groups"].size(), 2) << "no p90 and no p99.9 in the results";
  EXPECT_EQ(panel["groups"][0]["name"], "at p50");
  ASSERT_EQ(panel["groups"][0]["rows"].size(), 1) << "one case has no guest";
  EXPECT_EQ(panel["groups"][0]["rows"][0]["case"], 0);
  EXPECT_EQ(panel["groups"][0]["rows"][0]["ns"].dump(), "[15.0,50.0,3.0,2.0,1.0]");
  EXPECT_EQ(panel["groups"][1]["rows"][0]["ns"][2], 9.0);
}

TEST(ScopesPanel, IsLeftOutWithoutGuests) {
  const std::vector<Source> sources{source_of("s", {{.strategy = "a"}})};
  EXPECT_TRUE(scopes_data(Entries(sources)).is_null());
}

TEST(DensityPanel, HasAPointForEachCaseWithGuests) {
  const std::vector<Source> sources{
      source_of("s", {{.strategy = "a", .latencies_ns = {100}, .guests = guests_of(4, "pin")},
                      {.strategy = "b", .latencies_ns = {300}, .guests = guests_of(12, "iopf")},
                      {.strategy = "c"}})};
  const auto points = density_data(Entries(sources));
  ASSERT_EQ(points.size(), 2);
  EXPECT_EQ(points[0]["guests"], 4);
  EXPECT_EQ(points[1]["guests"], 12);
  EXPECT_EQ(points[1]["case"], 1);
  EXPECT_EQ(points[0]["tail"], 100.0);
  EXPECT_EQ(points[1]["family"], "iopf, b") << "the cases differ in their strategy, too";
}

TEST(DensityPanel, NamesWhoHoldsTheMemoryWhereThatTellsTheCasesApart) {
  std::vector<Source> sources{
      source_of("s", {{.strategy = "sva", .guests = guests_of(4, "pin")},
                      {.strategy = "sva", .replication = 1, .guests = guests_of(8, "iopf")}})};
  sources[0].result.runs[1].variant = "eight";
  const auto points = density_data(Entries(sources));
  ASSERT_EQ(points.size(), 2);
  EXPECT_EQ(points[0]["family"], "pin");
  EXPECT_EQ(points[1]["family"], "iopf");
}

TEST(DensityPanel, IsLeftOutWhenAllHaveAsManyGuests) {
  const std::vector<Source> sources{
      source_of("s", {{.strategy = "a", .guests = guests_of(4, "pin")},
                      {.strategy = "b", .guests = guests_of(4, "iopf")}})};
  EXPECT_TRUE(density_data(Entries(sources)).is_null());
}

}  // namespace
}  // namespace faultpath::analysis::report
