// The keys of a route: a word or a map, and what has no effect.
#include <gtest/gtest.h>

#include <variant>

#include "tests/scenarios/scratch.hpp"

namespace faultpath::scenarios {
namespace {

models::RouteSpec route_of(const std::string& text) {
  return Scratch().load(minimal("route: " + text)).cases[0].spec.route;
}

TEST(RouteKeys, AWordIsAMapWithItsDefaults) {
  const models::RouteSpec word = route_of("iommufd");
  const models::RouteSpec map = route_of("{kind: iommufd}");
  const models::IommufdSpec defaults;
  for (const models::RouteSpec& route : {word, map}) {
    ASSERT_TRUE(std::holds_alternative<models::IommufdSpec>(route.kind));
    const auto& spec = std::get<models::IommufdSpec>(route.kind);
    EXPECT_EQ(spec.queues, defaults.queues);
    EXPECT_EQ(spec.records, 100U);
  }
  EXPECT_EQ(route_of("{kind: per_device}").route(), models::FaultRoute::per_device);
}

TEST(RouteKeys, FillTheSpecOfTheirKind) {
  const models::RouteSpec route = route_of(
      "{kind: iommufd, queues: shared, threads: 3, records: 7, match: device, work: 2us, fetch: "
      "1ms, answers: twice, share: 25%, exceptions: [{device: nic, fetch: 3us}], "
      "events: [{at: 1ms, do: close, device: nic}]}");
  const auto& spec = std::get<models::IommufdSpec>(route.kind);
  EXPECT_EQ(spec.queues, models::IommufdSpec::Queues::shared);
  EXPECT_EQ(spec.threads, 3U);
  EXPECT_EQ(spec.records, 7U);
  EXPECT_EQ(spec.match, models::UserMatch::device);
  EXPECT_EQ(spec.answers, models::UserAnswers::twice);
  EXPECT_EQ(spec.share, 0.25);
  EXPECT_EQ(sim::mean_of(spec.fetch), sim::milliseconds(1));
  ASSERT_EQ(spec.exceptions.size(), 1U);
  const models::UserHandlingSpec handling = handling_of(spec, "nic");
  EXPECT_EQ(sim::mean_of(handling.fetch), sim::microseconds(3));
  EXPECT_EQ(sim::mean_of(handling.work), sim::microseconds(2)) << "as for all";
  EXPECT_EQ(handling.answers, models::UserAnswers::twice);
  ASSERT_EQ(spec.events.size(), 1U);
  EXPECT_EQ(spec.events[0].action, models::UserAction::close);
}

TEST(RouteKeys, AnExceptionThatAnswersOtherwiseDoesSoAlways) {
  const models::RouteSpec route = route_of(
      "{kind: container, answers: swapped, share: 25%, exceptions: [{device: nic, answers: "
      "twice}]}");
  EXPECT_EQ(handling_of(*route.user(), "nic").share, 1.0);
  EXPECT_EQ(handling_of(*route.user(), "other").share, 0.25);
}

std::string route_error_of(const std::string& route) {
  return Scratch().error(minimal("route: " + route));
}

TEST(RouteKeys, RefuseWhatHasNoEffect) {
  EXPECT_NE(
      route_error_of("{kind: iommufd, queues: shared, readers: single}").find("route.readers"),
      std::string::npos);
  EXPECT_NE(route_error_of("{kind: iommufd, share: 10%}").find("route.share"), std::string::npos);
  EXPECT_NE(route_error_of("{kind: per_device, threads: 2}").find("route.threads"),
            std::string::npos);
  EXPECT_NE(route_error_of("{kind: container, queues: shared}").find("route.queues"),
            std::string::npos);
}

TEST(RouteKeys, ASharedFileMayBeAVariantOfARouteWithReaders) {
  const auto scenario = Scratch().load(
      minimal("route: {kind: iommufd, readers: single}\n"
              "variants: {shared: {route: {queues: shared}}, kernel: {route: per_page_table}}"));
  EXPECT_EQ(scenario.cases.size(), 2U);
}

}  // namespace
}  // namespace faultpath::scenarios
