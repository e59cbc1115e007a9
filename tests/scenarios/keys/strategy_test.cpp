// Strategies are bare words or maps, with labels that do not clash.
#include <gtest/gtest.h>

#include "tests/scenarios/scratch.hpp"

namespace faultpath::scenarios {
namespace {

std::string with_strategies(const std::string& list) {
  return "scenario: 1\nduration: 1ms\nhost: {memory: 1GiB}\ndevices: [{name: nic}]\nstrategies: " +
         list + "\n";
}
std::vector<Case> cases_of(const std::string& list) {
  const Scratch scratch;
  return scratch.load(with_strategies(list)).cases;
}
std::string strategy_error_of(const std::string& list) {
  const Scratch scratch;
  return scratch.error(with_strategies(list));
}

template <class Kind>
Kind kind_of(const std::string& text) {
  return std::get<Kind>(cases_of("[" + text + "]")[0].spec.strategy.kind);
}

TEST(Strategies, AreWordsOrMaps) {
  const auto cases = cases_of("[pin, {kind: iopf, premap: 8}, iopf_grow, sva, lru_locked]");
  ASSERT_EQ(cases.size(), 5U);
  EXPECT_EQ(cases[0].strategy, "pin");
  EXPECT_TRUE(std::holds_alternative<models::PinSpec>(cases[0].spec.strategy.kind));
  EXPECT_EQ(std::get<models::IopfSpec>(cases[1].spec.strategy.kind).premap, 8U);
  EXPECT_EQ(cases[4].spec.strategy.name, "lru_locked");
}

TEST(Strategies, ReadALimitAsSizeOrShare) {
  EXPECT_EQ(std::get<double>(
                kind_of<models::LruLockedSpec>("{kind: lru_locked, limit: 40%}").limit.value),
            0.4);
  EXPECT_EQ(std::get<std::uint64_t>(
                kind_of<models::LruLockedSpec>("{kind: lru_locked, limit: 64MiB}").limit.value),
            64U << 20);
  EXPECT_EQ(strategy_error_of("[{kind: lru_locked, limit: 101%}]"),
            "x.yaml:5:40: strategies[0].limit: a share cannot be above 100%");
  EXPECT_EQ(strategy_error_of("[{kind: lru_locked, limit: -1MiB}]"),
            "x.yaml:5:40: strategies[0].limit: a size cannot be negative");
  EXPECT_EQ(strategy_error_of("[{kind: lru_locked, limit: 0%}]"),
            "x.yaml:5:40: strategies[0].limit: must be above 0");
}

TEST(Strategies, RefuseKeysWithoutEffect) {
  EXPECT_EQ(strategy_error_of("[{kind: iopf, limit: 30%}]"),
            "x.yaml:5:27: strategies[0].limit: is a key of lru_locked, not of iopf");
  EXPECT_EQ(strategy_error_of("[{kind: lru_locked, period: 1ms}]"),
            "x.yaml:5:33: strategies[0].period: has no effect unless evict is periodic");
  EXPECT_EQ(strategy_error_of("[{kind: pin, nonsense: 1}]"),
            "x.yaml:5:26: strategies[0].nonsense: unknown key");
}

TEST(Strategies, MustDifferInTheirLabels) {
  EXPECT_EQ(strategy_error_of("[iopf, {kind: iopf, premap: 8}]"),
            "x.yaml:5:20: strategies[1]: another one is called 'iopf'; give one a name, as "
            "{kind: iopf, name: iopf_512, premap: 512}");
  EXPECT_EQ(cases_of("[iopf, {kind: iopf, name: eight, premap: 8}]")[1].strategy, "eight");
}

TEST(Strategies, SuggestAndSayWhatIsForLater) {
  EXPECT_EQ(
      strategy_error_of("[iopff]"),
      "x.yaml:5:14: strategies[0].kind: expected one of pin, lru_locked, iopf, iopf_grow, "
      "sva, odp, selective, viommu_map, coiommu or snoop, found 'iopff'; did you mean 'iopf'?");
  EXPECT_EQ(strategy_error_of("[nested]"),
            "x.yaml:5:14: strategies[0].kind: 'nested' is not available in this version; there is "
            "pin, lru_locked, iopf, iopf_grow, sva, odp, selective, viommu_map, coiommu or snoop");
}

TEST(Strategies, ChooseThePagesThatTheyPinOrMapByShareOrByRanges) {
  const auto share = kind_of<models::SelectiveSpec>("{kind: selective, pinned: 25%}");
  EXPECT_EQ(share.pinned, (models::PagesSpec{.share = 0.25, .ranges = {}}));
  const auto range = kind_of<models::SelectiveSpec>(
      "{kind: selective, pinned: [{offset: 4KiB, length: 8KiB}], prefault: 50%}");
  EXPECT_EQ(range.pinned, (models::PagesSpec{.share = 0.0, .ranges = {{4096, 8192}}}));
  EXPECT_EQ(range.prefault, (models::PagesSpec{.share = 0.5, .ranges = {}}));
}

TEST(Strategies, OnlyAPremapOfSeveralPagesCanGrow) {
  const std::string error = strategy_error_of("[{kind: iopf, premap_grows: true}]");
  EXPECT_NE(error.find("has no effect when premap is 1"), std::string::npos) << error;
  EXPECT_TRUE(
      kind_of<models::IopfSpec>("{kind: iopf, premap: 64, premap_grows: true}").premap_grows);
}

TEST(Strategies, MustBeSome) {
  EXPECT_EQ(strategy_error_of("[]"), "x.yaml:5:13: strategies: the list is empty");
  EXPECT_EQ(strategy_error_of("pin"), "x.yaml:5:13: strategies: expected a list, found 'pin'");
}

TEST(Strategies, OfRecencyByUseNeedADeviceThatReportsIt) {
  const auto text = strategy_error_of("[{kind: lru_locked, recency: used}]");
  EXPECT_TRUE(text.starts_with("x.yaml:5:42: strategies.lru_locked.recency: ")) << text;
}

}  // namespace
}  // namespace faultpath::scenarios
