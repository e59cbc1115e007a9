// Resolved scenarios beside their defaults.
#include "scenarios/parameters.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace faultpath::scenarios {
namespace {

using Json = nlohmann::ordered_json;

ResolvedParameter found(const Json& resolved, const std::string& path) {
  const auto all = parameters_of(resolved);
  const auto at = std::ranges::find(all, path, &ResolvedParameter::path);
  return at == all.end() ? ResolvedParameter{} : *at;
}

TEST(Parameters, HaveTheDefaultAndTheMeaningOfTheirDeclaration) {
  const auto entries =
      found({{"iommu", {{"kind", "vtd"}, {"queue_entries", 64}}}}, "iommu.queue_entries");
  EXPECT_EQ(entries.value, "64");
  EXPECT_EQ(entries.standard, "2048");
  EXPECT_NE(entries.meaning, "");
}

TEST(Parameters, OfAListAreNamedByTheirPlace) {
  const auto credits = found({{"devices", {{{"name", "nic"}}, {{"pri", {{"allocation", 8}}}}}}},
                             "devices[1].pri.allocation");
  EXPECT_EQ(credits.value, "8");
  EXPECT_EQ(credits.standard, "32");
}

TEST(Parameters, OfAVariantAreComparedWithTheSameDefaults) {
  const auto entries = found({{"variants", {{"deep", {{"iommu", {{"queue_entries", 4096}}}}}}}},
                             "variants.deep.iommu.queue_entries");
  EXPECT_EQ(entries.value, "4096");
  EXPECT_EQ(entries.standard, "2048");
}

TEST(Parameters, KeepADistributionOnOneLine) {
  const Json minor{{"dist", "lognormal"}, {"mean", "750ns"}, {"p99", "3us"}};
  EXPECT_EQ(found({{"host", {{"page_fault", {{"minor", minor}}}}}}, "host.page_fault.minor").value,
            "{dist: lognormal, mean: 750ns, p99: 3us}");
}

TEST(Parameters, ThatThisVersionDoesNotKnowAreThereWithoutMeaning) {
  const auto later = found({{"of_later", {{"x", 1}}}}, "of_later");
  EXPECT_EQ(later.value, "{x: 1}");
  EXPECT_FALSE(later.standard);
}

TEST(Parameters, LeaveOutNameAndDescription) {
  EXPECT_TRUE(parameters_of({{"scenario", 1}, {"name", "n"}, {"description", "d"}}).empty());
}

}  // namespace
}  // namespace faultpath::scenarios
