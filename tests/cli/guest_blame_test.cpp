// Whose time the faults of a guest take, in the table and in the result.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/cli/invocation.hpp"

namespace faultpath::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

Invocation run_shipped(const TemporaryFolder& folder, const char* name, const char* more) {
  return faultpath(folder,
                   fmt::format("run {}/scenarios/{}.yaml {}", FAULTPATH_SOURCE_DIR, name, more));
}

// One fault. Its six exits take 24 us of the VMM, of 48.7 us in all.
TEST(GuestBlame, TheTableTellsGuestVmmHostAndHardwareApart) {
  const TemporaryFolder folder;
  const auto [status, out, err] = run_shipped(folder, "guest-sva", "");
  ASSERT_EQ(status, 0) << err;
  for (const char* words : {"of fault p50", "of fault p99", "guest", "VMM", "host", "IOMMU",
                            "Of a fault: whose time it is"})
    EXPECT_THAT(out, HasSubstr(words));
}

TEST(GuestBlame, ThePartsAreMetricsThatSumToTheFault) {
  const TemporaryFolder folder;
  const auto [status, out, err] = run_shipped(folder, "guest-sva", "--json");
  ASSERT_EQ(status, 0) << err;
  const auto result = nlohmann::json::parse(out);
  const auto& summary = result.at("summary").at("sva");
  double sum = 0.0;
  for (const char* scope : {"guest", "vmm", "host", "iommu", "device"})
    sum += summary.at(fmt::format("blame_scopes_ns.p99.{}", scope)).at("mean").get<double>();
  const double fault = summary.at("fault_latency_ns.p99").at("mean");
  EXPECT_NEAR(sum, fault, 1e-6 * fault);
  EXPECT_EQ(result.at("runs").at(0).at("guests").at("count"), 1);
}

TEST(GuestBlame, ATableWithoutGuestsSaysNothingOfThem) {
  const TemporaryFolder folder;
  const auto [status, out, err] =
      run_shipped(folder, "first-look", "--replications 1 --set stop_after.operations=2000");
  ASSERT_EQ(status, 0) << err;
  for (const char* words : {"of fault p", "VMM", "whose time"})
    EXPECT_THAT(out, Not(HasSubstr(words)));
}

}  // namespace
}  // namespace faultpath::cli
