// Every member of every struct of statistics reaches the result.
#include "models/assembly/stat_rows.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string_view>

namespace faultpath::models {
namespace {

struct OfThree {
  std::uint64_t first = 0, second = 0;
  std::array<sim::Histogram, 4> third;
};
static_assert(member_count<OfThree>() == 3, "an array is one member");

struct Forgetful {
  std::uint64_t counted = 0, forgotten = 0;
};
struct Doubling {
  std::uint64_t counted = 0, again = 0;
};

}  // namespace

// What is noticed: a member without a row, and a row that stands twice.
template <>
struct StatRows<Forgetful> {
  static constexpr std::array<CounterRow<Forgetful>, 1> kCounters{
      {{&Forgetful::counted, &Counters::timeouts}}};
  static constexpr std::array<GaugeRow<Forgetful>, 0> kGauges{};
  static constexpr std::array<DistributionRow<Forgetful>, 0> kDistributions{};
  static constexpr std::size_t kOthers = 0;
};
template <>
struct StatRows<Doubling> {
  static constexpr std::array<CounterRow<Doubling>, 2> kCounters{
      {{&Doubling::counted, &Counters::timeouts}, {&Doubling::counted, &Counters::timeouts}}};
  static constexpr std::array<GaugeRow<Doubling>, 0> kGauges{};
  static constexpr std::array<DistributionRow<Doubling>, 0> kDistributions{};
  static constexpr std::size_t kOthers = 0;
};
static_assert(!has_all_rows<Forgetful>());
static_assert(!has_all_rows<Doubling>());

namespace {

std::uint64_t total(const Counters& counters) {
  std::uint64_t sum = 0;
  for (const CounterInfo& info : counter_table()) sum += counters.*info.member;
  return sum;
}

// Adds to `fed` the counters that members of Stats reach, each by itself.
template <class Stats>
void expect_each_member_arrives(std::set<std::string_view>& fed) {
  for (const CounterRow<Stats>& row : StatRows<Stats>::kCounters) {
    Stats stats;
    stats.*row.member = 5;
    Counters sum;
    add_counts(sum, stats);
    EXPECT_EQ(total(sum), row.also == nullptr ? 5U : 10U);
    for (const CounterInfo& info : counter_table()) {
      if (sum.*info.member > 0) fed.insert(info.name);
    }
  }
}

TEST(StatRows, EveryCountReachesTheResultAndEveryCounterIsFed) {
  std::set<std::string_view> fed;
  expect_each_member_arrives<DeviceStats>(fed);
  expect_each_member_arrives<FunctionStats>(fed);
  expect_each_member_arrives<IommuStats>(fed);
  expect_each_member_arrives<IopfCoreStats>(fed);
  expect_each_member_arrives<ServiceStats>(fed);
  expect_each_member_arrives<StrategyStats>(fed);
  expect_each_member_arrives<MemoryStats>(fed);
  expect_each_member_arrives<IoMappingStats>(fed);
  expect_each_member_arrives<LockWriterStats>(fed);
  expect_each_member_arrives<UserAnswerStats>(fed);
  expect_each_member_arrives<UserReaderStats>(fed);
  expect_each_member_arrives<AreaFaultStats>(fed);
  expect_each_member_arrives<UserfaultStats>(fed);
  expect_each_member_arrives<ReclaimStats>(fed);
  expect_each_member_arrives<WorkingsetStats>(fed);
  expect_each_member_arrives<CgroupStats>(fed);
  expect_each_member_arrives<OomStats>(fed);
  expect_each_member_arrives<NotifierStats>(fed);
  expect_each_member_arrives<CpuAccessStats>(fed);
  expect_each_member_arrives<GuestStats>(fed);
  expect_each_member_arrives<VirtualCpuStats>(fed);
  expect_each_member_arrives<VirtualCpuTimeStats>(fed);
  expect_each_member_arrives<GuestBehaviourStats>(fed);
  expect_each_member_arrives<GuestLimitStats>(fed);
  expect_each_member_arrives<MigrationStats>(fed);
  for (const CounterInfo& info : counter_table()) {
    EXPECT_TRUE(fed.contains(info.name)) << info.name;
  }
}

TEST(StatRows, CountsOfSeveralComponentsAddUp) {
  Counters sum;
  DeviceStats device;
  FunctionStats iommu;
  device.timeouts = 3;
  iommu.timeouts = 4;
  iommu.stalls = 5;
  device.page_requests = 6;
  add_counts(sum, device);
  add_counts(sum, device);
  add_counts(sum, iommu);
  EXPECT_EQ(sum.timeouts, 3U + 3U + 4U);
  EXPECT_EQ(sum.page_requests, 6U + 6U + 5U);
  EXPECT_EQ(sum.page_request_groups, 5U);
}

}  // namespace
}  // namespace faultpath::models
