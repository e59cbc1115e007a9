// Routes: whose handler gets a fault, and whether PASIDs of one device are told apart.
#include "models/kernel/routes/routes.hpp"

#include <gtest/gtest.h>

#include "models/memory/mapped_process.hpp"
#include "models/memory/page_store.hpp"

namespace faultpath::models {
namespace {

class RoutesTest : public testing::Test {
 protected:
  RoutesTest() {
    attachments.attach({kDevice, Pasid{1}}, {.table = &first});
    attachments.attach({kDevice, Pasid{2}}, {.table = &second});
  }
  const IoPageTable* table_of(FaultRoute route, const Originator& who) const {
    const Attachment* const found = info_of(route).find(attachments, who);
    return found == nullptr ? nullptr : found->table;
  }

  static constexpr DeviceIndex kDevice{3};
  PageStore store;
  MappedProcess first_process{store, "first", 0, Runs(0, 8), {}};
  IoPageTable& first = first_process.table;
  MappedProcess second_process{store, "second", 1, Runs(0, 8), {}};
  IoPageTable& second = second_process.table;
  Attachments attachments;
};

// Semantics: (dev, PASID) -> domain -> iopf_handler.
TEST_F(RoutesTest, PerPageTableTellsPasidsApart) {
  constexpr FaultRoute kRoute = FaultRoute::per_page_table;
  EXPECT_EQ(table_of(kRoute, {kDevice, Pasid{1}}), &first);
  EXPECT_EQ(table_of(kRoute, {kDevice, Pasid{2}}), &second);
  EXPECT_EQ(table_of(kRoute, {kDevice, Pasid{3}}), nullptr);
  EXPECT_EQ(table_of(kRoute, {kDevice}), nullptr);
}

// dev -> fault_param -> handler: the first consumer of a device gets all of its faults.
TEST_F(RoutesTest, PerDeviceHasOneHandlerForAllPasids) {
  constexpr FaultRoute kRoute = FaultRoute::per_device;
  for (const std::uint32_t pasid : {1U, 2U, 3U}) {
    EXPECT_EQ(table_of(kRoute, {kDevice, Pasid{pasid}}), &first) << pasid;
  }
  EXPECT_EQ(table_of(kRoute, {kDevice}), &first);
  EXPECT_EQ(table_of(kRoute, {DeviceIndex{0}}), nullptr) << "of another device";
}

// A recoverable fault without a PASID has nobody who handles it.
TEST_F(RoutesTest, PerPasidKnowsNothingWithoutAPasid) {
  constexpr FaultRoute kRoute = FaultRoute::per_pasid;
  attachments.attach({kDevice}, {.table = &first});
  EXPECT_EQ(table_of(kRoute, {kDevice, Pasid{2}}), &second);
  EXPECT_EQ(table_of(kRoute, {kDevice, Pasid{3}}), nullptr);
  EXPECT_EQ(table_of(kRoute, {kDevice}), nullptr);
  EXPECT_EQ(table_of(FaultRoute::per_page_table, {kDevice}), &first);
}

TEST_F(RoutesTest, PerPasidReportsWhatHasNoPasidIfUserSpaceIsTold) {
  constexpr FaultRoute kRoute = FaultRoute::per_pasid;
  attachments.attach({kDevice}, {.table = &first, .reported = true});
  EXPECT_EQ(table_of(kRoute, {kDevice}), &first);
  EXPECT_EQ(table_of(kRoute, {kDevice, Pasid{2}}), &second);
}

TEST_F(RoutesTest, StandInTheTableInTheOrderOfTheirNames) {
  using R = FaultRoute;
  const std::vector<std::pair<R, std::string_view>> names{{R::per_page_table, "per_page_table"},
                                                          {R::per_device, "per_device"},
                                                          {R::per_pasid, "per_pasid"},
                                                          {R::iommufd, "iommufd"},
                                                          {R::container, "container"}};
  EXPECT_EQ(names.size(), routes().size());
  EXPECT_EQ(std::variant_size_v<RouteSpec::Kind>, routes().size());
  for (const auto& [route, name] : names) {
    EXPECT_EQ(info_of(route).name, name);
    EXPECT_EQ(RouteSpec(route).route(), route);
    EXPECT_NE(info_of(route).find, nullptr);
  }
}

}  // namespace
}  // namespace faultpath::models
