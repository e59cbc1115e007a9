// Routes that cannot tell apart what a device uses.
#include "models/assembly/rules/route_problems.hpp"

#include <gtest/gtest.h>

#include "tests/models/support.hpp"

namespace faultpath::models {
namespace {

SystemSpec with_contexts(FaultRoute route, std::size_t contexts) {
  SystemSpec spec = small_system();
  spec.route = route;
  spec.devices[0].own_contexts.resize(contexts);
  return spec;
}

TEST(RouteProblems, OneHandlerForADeviceIsTooFewForSeveralTables) {
  const auto problems = route_problems(with_contexts(FaultRoute::per_device, 3));
  ASSERT_EQ(problems.size(), 1U);
  EXPECT_EQ(problems[0].path, "route");
  EXPECT_NE(problems[0].message.find("the 3 contexts of devices[0]"), std::string::npos);
}

TEST(RouteProblems, TheVmmHasAFileForEachPasidOfAGuest) {
  SystemSpec spec = with_contexts(FaultRoute::per_device, 0);
  spec.devices[0].contexts = 2;
  EXPECT_TRUE(route_problems(spec).empty()) << "one table of the host";
  spec.guests.resize(1);
  spec.guests[0].name = "guest";
  spec.devices[0].guest = "guest";
  spec.guests[0].viommu = EmulatedVtdSpec{};
  EXPECT_EQ(route_problems(spec).size(), 1U);
  spec.guests[0].viommu = EmulatedSmmuSpec{};
  EXPECT_TRUE(route_problems(spec).empty()) << "one file for the device";
  spec.route = FaultRoute::per_page_table;
  spec.guests[0].viommu = EmulatedVtdSpec{};
  EXPECT_TRUE(route_problems(spec).empty());
}

TEST(RouteProblems, OneTableNeedsOneHandler) {
  EXPECT_TRUE(route_problems(with_contexts(FaultRoute::per_device, 1)).empty());
  EXPECT_TRUE(route_problems(with_contexts(FaultRoute::per_device, 0)).empty());
}

TEST(RouteProblems, ARouteByPasidNeedsPasids) {
  SystemSpec spec = with_contexts(FaultRoute::per_pasid, 0);
  const auto problems = route_problems(spec);
  ASSERT_EQ(problems.size(), 1U);
  EXPECT_EQ(problems[0].path, "route");
  EXPECT_TRUE(route_problems(with_contexts(FaultRoute::per_pasid, 2)).empty());
  spec.strategy = {"sva", SvaSpec{}};
  EXPECT_TRUE(route_problems(spec).empty());
  spec.strategy = {"pin", PinSpec{}};
  EXPECT_TRUE(route_problems(spec).empty()) << "which requests nothing";
}

TEST(RouteProblems, ADeviceOfAGuestWithoutAnIommuHasNoPasid) {
  SystemSpec spec = with_contexts(FaultRoute::per_pasid, 0);
  spec.strategy = {"sva", SvaSpec{}};
  EXPECT_TRUE(route_problems(spec).empty());
  GuestMachineSpec guest;
  guest.name = "vm";
  guest.viommu = NoIommuSpec{};
  guest.backing = {"iopf", IopfSpec{}};
  spec.guests = {guest};
  spec.devices[0].guest = "vm";
  ASSERT_EQ(route_problems(spec).size(), 1U);
  EXPECT_EQ(route_problems(spec)[0].path, "route");
}

TEST(RouteProblems, UserSpaceIsToldByPasidOnlyWhereItIsThere) {
  SystemSpec spec = with_contexts(FaultRoute::per_pasid, 2);
  spec.devices[0].own_contexts[1].reported = true;
  auto problems = route_problems(spec);
  ASSERT_EQ(problems.size(), 1U);
  EXPECT_EQ(problems[0].path, "devices[0].contexts[1].reported");
  spec.route = RouteSpec(PerPasidSpec{.user_space = UserReadersSpec{}});
  EXPECT_TRUE(route_problems(spec).empty());
  spec.devices[0].own_contexts[1].refused = true;
  EXPECT_EQ(route_problems(spec).size(), 1U) << "not both";
  spec.devices[0].own_contexts[1].refused = false;
  spec.strategy = {"sva", SvaSpec{}};
  EXPECT_EQ(route_problems(spec).size(), 1U) << "bound to a process";
}

TEST(RouteProblems, AHandlerForEachTableIsEnough) {
  EXPECT_TRUE(route_problems(with_contexts(FaultRoute::per_page_table, 3)).empty());
}

}  // namespace
}  // namespace faultpath::models
