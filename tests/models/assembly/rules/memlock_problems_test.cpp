// What RLIMIT_MEMLOCK refuses before the devices start.
#include "models/assembly/rules/memlock_problems.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/models/support.hpp"

namespace faultpath::models {
namespace {

std::vector<SpecProblem> found(const SystemSpec& spec) {
  return memlock_problems(spec, plan_of(spec));
}

// Three machines' worth of memory, 64 pages each, that belong to one user.
SystemSpec three(const StrategySpec& strategy, std::uint64_t memlock_pages) {
  SystemSpec spec = small_system();
  spec.devices[0].count = 3;
  spec.strategy = strategy;
  spec.host.mapping.memlock = memlock_pages * kPageBytes;
  return spec;
}

const StrategySpec kPin{"pin", PinSpec{}};

TEST(MemlockProblems, APinnedProcessAboveTheLimitIsRefusedByType1) {
  EXPECT_TRUE(found(three(kPin, 64)).empty());
  const auto problems = found(three(kPin, 63));
  ASSERT_EQ(problems.size(), 1U);
  EXPECT_EQ(problems[0].path, "host.mapping.memlock");
  EXPECT_THAT(problems[0].message, testing::HasSubstr("type1 refuses"));
}

TEST(MemlockProblems, IommufdAddsUpTheProcessesOfAUserUnlessItLooksAtTheProcess) {
  SystemSpec spec = three(kPin, 191);
  EXPECT_TRUE(found(spec).empty()) << "type1 gives each its own limit";
  spec.host.mapping.engine = MappingEngine::iommufd;
  const auto problems = found(spec);
  ASSERT_EQ(problems.size(), 1U);
  EXPECT_THAT(problems[0].message, testing::HasSubstr("0.75 MiB of the processes of user 0"));
  spec.host.mapping.rlimit_mode = RlimitMode::mm;
  EXPECT_TRUE(found(spec).empty());
  spec.host.mapping.rlimit_mode = RlimitMode::user;
  spec.host.mapping.memlock = 192 * kPageBytes;
  EXPECT_TRUE(found(spec).empty());
}

TEST(MemlockProblems, ProcessesOfOtherUsersDoNotCount) {
  SystemSpec spec = three(kPin, 64);
  spec.host.mapping.engine = MappingEngine::iommufd;
  spec.devices[0].count = 1;
  spec.devices.push_back(spec.devices[0]);
  spec.devices[1].name = "other";
  spec.traces.resize(2);
  for (std::uint32_t i = 0; i < 2; ++i) {
    const std::string name = "vm" + std::to_string(i);
    ProcessSpec process;
    process.name = name;
    process.user = i;
    spec.processes.push_back(process);
    spec.devices[i].process = name;
  }
  EXPECT_TRUE(found(spec).empty());
  spec.processes[1].user = 0;
  EXPECT_EQ(found(spec).size(), 1U);
}

TEST(MemlockProblems, CountWhatIsChosenAndWhatIsPrefaultedByAStrategyThatPins) {
  const PagesSpec half{.share = 0.5, .ranges = {}};
  EXPECT_EQ(found(three({"selective", SelectiveSpec{.pinned = half}}, 31)).size(), 1U);
  EXPECT_TRUE(found(three({"selective", SelectiveSpec{.pinned = half}}, 32)).empty());
  EXPECT_EQ(found(three({"iopf_grow", IopfGrowSpec{.prefault = half}}, 31)).size(), 1U);
  EXPECT_TRUE(found(three({"iopf", IopfSpec{.prefault = half}}, 1)).empty());
  LruLockedSpec lru{.limit = {20 * kPageBytes}};
  lru.prefault = half;
  EXPECT_EQ(found(three({"lru_locked", lru}, 19)).size(), 1U);
  EXPECT_TRUE(found(three({"lru_locked", lru}, 20)).empty());
}

TEST(StrategyProblems, PagesThatAreChosenMustBeThere) {
  SystemSpec spec = small_system();
  SelectiveSpec selective{.pinned = {.share = 0.0, .ranges = {{64 * kPageBytes, kPageBytes}}}};
  spec.strategy = {"selective", selective};
  const auto problems = problems_of(spec);
  ASSERT_EQ(problems.size(), 1U);
  EXPECT_EQ(problems[0].path, "strategies.selective.pinned");
  selective.pinned.ranges[0].offset -= 1;
  spec.strategy.kind = selective;
  EXPECT_TRUE(problems_of(spec).empty());
}

TEST(StrategyProblems, NothingIsPinnedBehindASecondStageOnDemand) {
  SystemSpec spec = small_system();
  spec.strategy = {"selective", SelectiveSpec{}};
  spec.iommu.levels.stage2 = 4;
  spec.iommu.second_stage.backing = SecondStageBacking::on_demand;
  const auto problems = problems_of(spec);
  ASSERT_FALSE(problems.empty());
  EXPECT_EQ(problems[0].path, "iommu.second_stage.backing");
}

}  // namespace
}  // namespace faultpath::models
