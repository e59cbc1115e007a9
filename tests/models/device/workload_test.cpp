// Address patterns: aligned, inside their footprint, and covering what they promise.
#include "models/device/workload.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <initializer_list>
#include <set>
#include <variant>

namespace faultpath::models {
namespace {

using testing::ElementsAre;

WorkloadSpec pattern(const WorkloadKind& kind, std::uint64_t operation, std::uint64_t footprint) {
  WorkloadSpec spec;
  spec.kind = kind;
  spec.operation = operation;
  spec.footprint = footprint;
  return spec;
}

std::unique_ptr<Workload> make(const WorkloadSpec& spec, std::uint64_t base = 0,
                               std::uint64_t seed = 1) {
  return make_workload({spec, Iova{base}, sim::RandomStream({seed, 0, "device", "workload"}), {}});
}

std::vector<std::uint64_t> addresses(Workload& workload, std::size_t count) {
  std::vector<std::uint64_t> result;
  while (result.size() < count) result.push_back(workload.next()->address.value);
  return result;
}

TEST(Workload, EveryPatternEmitsAlignedOperationsInsideItsFootprint) {
  constexpr std::uint64_t kBase = 1 << 20;
  for (const WorkloadKind& kind : std::initializer_list<WorkloadKind>{
           SequentialSpec{}, UniformSpec{}, ZipfSpec{}, StrideSpec{}, BufferRingSpec{}}) {
    for (const std::uint64_t operation : {512U, 4096U, 12288U}) {
      const WorkloadSpec spec = pattern(kind, operation, 100'000);
      const auto workload = make(spec, kBase);
      for (int i = 0; i < 1000; ++i) {
        const Operation next = *workload->next();
        ASSERT_GE(next.address.value, kBase);
        const std::uint64_t offset = next.address.value - kBase;
        ASSERT_EQ(offset % operation, 0U);
        ASSERT_LE(offset + next.bytes, spec.footprint);
        ASSERT_EQ(next.bytes, operation);
      }
      EXPECT_EQ(workload->due(), std::nullopt);
    }
  }
}

TEST(Workload, SequentialGoesThroughTheFootprintAndStartsAgain) {
  const auto workload = make(pattern(SequentialSpec{}, 10, 35));  // three whole operations
  EXPECT_THAT(addresses(*workload, 7), ElementsAre(0, 10, 20, 0, 10, 20, 0));
}

TEST(Workload, ARingUsesItsBuffersInTurn) {
  WorkloadSpec spec = pattern(BufferRingSpec{3}, 10, 1000);
  EXPECT_THAT(addresses(*make(spec), 5), ElementsAre(0, 10, 20, 0, 10));
  spec.kind = BufferRingSpec{1000};  // more than fit
  spec.footprint = 20;
  EXPECT_THAT(addresses(*make(spec), 5), ElementsAre(0, 10, 0, 10, 0));
}

TEST(Workload, AStrideGoesOneOperationFurtherAtTheEnd) {
  const WorkloadSpec spec = pattern(StrideSpec{20}, 10, 60);
  EXPECT_THAT(addresses(*make(spec), 8), ElementsAre(0, 20, 40, 10, 30, 50, 0, 20));
}

TEST(Workload, AStrideCoversEverySlotOnceInARound) {
  for (const std::uint64_t slots : {1U, 7U, 16U, 100U}) {
    for (const std::uint64_t step : {1U, 3U, 16U, 200U}) {
      const auto workload = make(pattern(StrideSpec{10 * step}, 10, 10 * slots));
      for (int round = 0; round < 3; ++round) {
        const auto seen = addresses(*workload, slots);
        EXPECT_EQ(std::set<std::uint64_t>(seen.begin(), seen.end()).size(), slots)
            << slots << " slots, step " << step << ", round " << round;
      }
    }
  }
}

// Each of 50 slots is expected 2000 times; beyond 4.5 deviations lies one slot in 150,000.
TEST(Workload, UniformDrawsEverySlotEquallyOften) {
  const auto workload = make(pattern(UniformSpec{}, 4096, 50 * 4096));
  std::vector<int> seen(50);
  for (int i = 0; i < 100'000; ++i) ++seen[workload->next()->address.value / 4096];
  for (const int count : seen) EXPECT_NEAR(count, 2000, 4.5 * std::sqrt(2000.0));
}

TEST(Workload, ZipfIsSkewedAndScattered) {
  const auto workload = make(pattern(ZipfSpec{1.0}, 4096, 100 * 4096));
  std::vector<int> seen(100);
  for (int i = 0; i < 100'000; ++i) ++seen[workload->next()->address.value / 4096];
  double harmonic = 0.0;
  for (int k = 1; k <= 100; ++k) harmonic += 1.0 / k;
  std::vector<std::size_t> order(100);
  for (std::size_t i = 0; i < 100; ++i) order[i] = i;
  std::ranges::sort(order, std::greater<>(), [&](std::size_t slot) { return seen[slot]; });
  for (std::size_t rank = 0; rank < 3; ++rank) {
    const double expected = 100'000 / harmonic / static_cast<double>(rank + 1);
    EXPECT_NEAR(seen[order[rank]], expected, 4.5 * std::sqrt(expected));
  }
  EXPECT_GT(std::max(order[0], order[1]) - std::min(order[0], order[1]), 10U);
}

TEST(Workload, ReadsAreTheirShareOfOperations) {
  for (const double share : {0.0, 0.3, 1.0}) {
    WorkloadSpec spec = pattern(SequentialSpec{}, 4096, 1 << 20);
    spec.reads = share;
    const auto workload = make(spec);
    int reads = 0;
    for (int i = 0; i < 10'000; ++i) reads += !workload->next()->write;
    EXPECT_NEAR(reads, 10'000 * share, 4.5 * std::sqrt(10'000 * share * (1 - share)));
  }
}

TEST(Workload, PhasesFollowEachOtherAndBeginAgain) {
  const PhasesSpec phases{
      {{PhasePattern::sequential, 0, 100, 3}, {PhasePattern::sequential, 500, 100, 2}}};
  const WorkloadSpec spec = pattern(phases, 10, 0);
  // The second round goes on where the first has stopped.
  EXPECT_THAT(addresses(*make(spec), 10), ElementsAre(0, 10, 20, 500, 510, 30, 40, 50, 520, 530));
}

TEST(Workload, EqualStreamsGiveEqualOperationsAndOthersOthers) {
  const WorkloadSpec spec = pattern(UniformSpec{}, 4096, 1 << 30);
  EXPECT_EQ(addresses(*make(spec, 0, 1), 100), addresses(*make(spec, 0, 1), 100));
  EXPECT_NE(addresses(*make(spec, 0, 1), 100), addresses(*make(spec, 0, 2), 100));
}

// make_workload() takes the row by the number of its kind.
TEST(Workloads, HaveARowEachInTheOrderOfTheirKinds) {
  ASSERT_EQ(workload_kinds().size(), std::variant_size_v<WorkloadKind>);
  for (std::size_t i = 0; i < workload_kinds().size(); ++i) {
    EXPECT_EQ(workload_kinds()[i].kind.index(), i) << workload_kinds()[i].name;
  }
}

}  // namespace
}  // namespace faultpath::models
