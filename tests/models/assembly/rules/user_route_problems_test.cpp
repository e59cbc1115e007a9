// What user space cannot serve, and exceptions that concern nobody.
#include "models/assembly/rules/user_route_problems.hpp"

#include <gtest/gtest.h>

#include "models/kernel/eras.hpp"
#include "tests/models/support.hpp"

namespace faultpath::models {
namespace {

std::vector<SpecProblem> found(const SystemSpec& spec) {
  return user_route_problems(spec, plan_of(spec));
}

SystemSpec with(const IommufdSpec& route) {
  SystemSpec spec = small_system();
  spec.route = RouteSpec(route);
  return spec;
}

std::string path_of(const SystemSpec& spec) {
  const auto problems = found(spec);
  if (problems.empty()) return "";
  EXPECT_EQ(problems.size(), 1U);
  EXPECT_FALSE(problems[0].message.empty());
  return problems[0].path;
}

TEST(UserRouteProblems, AKernelRouteHasNone) { EXPECT_EQ(path_of(small_system()), ""); }

TEST(UserRouteProblems, TheCoreMustKeepGroupsApart) {
  SystemSpec spec = with({});
  for (const EraRules& rules : eras()) {
    spec.host.era = rules.era;
    EXPECT_EQ(path_of(spec), rules.era < Era::v6_9 ? "route" : "") << rules.name;
    spec.route = RouteSpec(ContainerSpec{});
    EXPECT_EQ(path_of(spec), "") << "a proposal of those years";
    spec.route = RouteSpec(IommufdSpec{});
  }
}

TEST(UserRouteProblems, ASecondStageTakesNoFaultFile) {
  SystemSpec spec = with({});
  spec.iommu.levels.stage2 = 4;
  EXPECT_EQ(path_of(spec), "");
  spec.iommu.second_stage.backing = SecondStageBacking::on_demand;
  EXPECT_EQ(path_of(spec), "iommu.second_stage.backing");
  spec.route = RouteSpec(ContainerSpec{});
  EXPECT_EQ(path_of(spec), "");
}

TEST(UserRouteProblems, PagesOfAProcessAreTheKernelsUnlessAGuestHasThem) {
  SystemSpec spec = with({});
  spec.strategy = {"sva", SvaSpec{}};
  EXPECT_EQ(path_of(spec), "route");
  spec.iommu.levels.stage2 = 4;
  EXPECT_EQ(path_of(spec), "");
}

TEST(UserRouteProblems, AVirtualFunctionHasNoFaultFile) {
  SystemSpec spec = with({});
  spec.devices.push_back(spec.devices[0]);
  spec.traces.resize(2);
  spec.devices[1].name = "virtual";
  spec.devices[1].virtual_function_of = spec.devices[0].name;
  EXPECT_EQ(path_of(spec), "devices[1].virtual_function_of");
}

TEST(UserRouteProblems, AnExceptionConcernsADevice) {
  IommufdSpec route;
  route.exceptions = {{.device = "device"}, {.device = "other"}};
  EXPECT_EQ(path_of(with(route)), "route.exceptions[1].device");
  route.exceptions = {{.device = "device"}, {.device = "device"}};
  EXPECT_EQ(path_of(with(route)), "route.exceptions[1].device");
}

TEST(UserRouteProblems, ExceptionsAndEventsConcernDevicesWhoseFaultsUserSpaceIsTold) {
  IommufdSpec route;
  route.exceptions = {{.device = "bound"}};
  SystemSpec spec = with(route);
  AttachedDeviceSpec& bound = spec.devices.emplace_back(spec.devices[0]);
  bound.name = "bound";
  spec.traces.resize(2);
  EXPECT_EQ(path_of(spec), "");
  bound.strategy = StrategySpec{"sva", SvaSpec{}};
  EXPECT_EQ(path_of(spec), "route.exceptions[0].device");
  route.exceptions.clear();
  route.events = {{.at = sim::Duration{}, .action = UserAction::detach, .device = "bound"}};
  spec.route = RouteSpec(route);
  EXPECT_EQ(path_of(spec), "route.events[0].device");
  EXPECT_TRUE(found(spec)[0].unused) << "another run may tell it";
}

TEST(UserRouteProblems, ByPasidExceptionsConcernWhatIsReported) {
  UserReadersSpec user;
  user.exceptions = {{.device = "device"}};
  SystemSpec spec = small_system();
  spec.devices[0].own_contexts.resize(1);
  spec.devices.push_back(spec.devices[0]);
  spec.devices[1].name = "reported";
  spec.devices[1].own_contexts[0].reported = true;
  spec.traces.resize(2);
  spec.route = RouteSpec(PerPasidSpec{user});
  EXPECT_EQ(path_of(spec), "route.user_space.exceptions[0].device");
  user.exceptions = {{.device = "reported"}};
  spec.route = RouteSpec(PerPasidSpec{user});
  EXPECT_EQ(path_of(spec), "");
}

TEST(UserRouteProblems, SwappingNeedsTwoGroupsInAnAnswer) {
  IommufdSpec route;
  route.answers = UserAnswers::swapped;
  EXPECT_EQ(path_of(with(route)), "");
  route.records = 1;
  EXPECT_EQ(path_of(with(route)), "route.answers");
}

}  // namespace
}  // namespace faultpath::models
