// Two IOMMUs in one simulation: each has its own streams, journal and names.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "models/assembly/iommu_kinds.hpp"
#include "models/iommu/iommu.hpp"
#include "models/memory/mapped_process.hpp"
#include "tests/models/host_rig.hpp"

namespace faultpath::models {
namespace {

// One device behind each IOMMU; all ask for the same pages at the same time.
struct Several {
  Several(const std::vector<std::string>& paths, const sim::DistributionSpec& lookup) {
    IommuSpec spec;
    spec.lookup = lookup;
    for (const std::string& path : paths) {
      iommus.push_back(std::make_unique<Iommu>(simulation, spec, window,
                                               info_of(spec.kind).make_queue(spec),
                                               info_of(spec.kind).configuration, path));
      const auto tag = static_cast<std::uint32_t>(tables.size());
      tables.emplace_back(store, "table", tag, Runs(0, 100), BackingSpec{});
      endpoints.emplace_back(simulation, *iommus.back(), DeviceIndex{0});
      iommus.back()->attach(DeviceIndex{0}, endpoints.back().down, tables.back().table);
      for (std::uint32_t page = 0; page < 10; ++page) {
        iommus.back()->receive(
            AtsRequest{DeviceIndex{0}, page, IovaPage{page}, std::nullopt, false});
      }
    }
    simulation.run();
  }
  std::vector<sim::Time> times(std::size_t which) const {
    std::vector<sim::Time> all;
    for (const auto& seen : endpoints[which].completions) all.push_back(seen.at);
    return all;
  }

  sim::Simulation simulation;
  StatisticsWindow window{sim::Time{}};
  PageStore store;
  std::deque<MappedProcess> tables;
  std::vector<std::unique_ptr<Iommu>> iommus;
  std::deque<Endpoint> endpoints;
};

// Nothing but the path makes the difference.
TEST(TwoIommus, DrawFromStreamsOfTheirOwn) {
  const Several all({"iommu", "iommu.1", "iommu"}, sim::ExponentialSpec{sim::nanoseconds(100)});
  EXPECT_EQ(all.times(0).size(), 10U);
  EXPECT_NE(all.times(0), all.times(1));
  EXPECT_EQ(all.times(0), all.times(2));
}

TEST(TwoIommus, WriteJournalsUnderTheirOwnNames) {
  Several both({"iommu", "iommu.1"}, sim::ConstantSpec{sim::nanoseconds(10)});
  std::vector<std::string> names;
  for (const auto& lane : both.simulation.fingerprint().trail().lanes) {
    names.push_back(lane.component);
  }
  EXPECT_THAT(names, testing::ElementsAre("iommu", "iommu.1"));
}

TEST(TwoIommus, AreToldApartInReportsOfWhoWaits) {
  const Several both({"iommu", "iommu.1"}, sim::ConstantSpec{sim::nanoseconds(10)});
  const std::string report = both.simulation.waiting_report(true);
  EXPECT_THAT(report, testing::HasSubstr("iommu/invalidation queue"));
  EXPECT_THAT(report, testing::HasSubstr("iommu.1/invalidation queue"));
}

}  // namespace
}  // namespace faultpath::models
