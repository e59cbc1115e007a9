// What a specification amounts to: processes, I/O page tables, and who translates by which.
#include "models/assembly/plan.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/models/support.hpp"

namespace faultpath::models {
namespace {

using testing::ElementsAre;
using Piece = Runs::Run;

AttachedDeviceSpec device_of(std::uint64_t pages, std::uint32_t count = 1) {
  AttachedDeviceSpec device = small_system().devices[0];
  device.workload.footprint = pages * kPageBytes;
  device.count = count;
  return device;
}

SystemSpec system_with(std::vector<AttachedDeviceSpec> devices) {
  SystemSpec spec = small_system();
  for (std::size_t i = 0; i < devices.size(); ++i) devices[i].name = "d" + std::to_string(i);
  spec.devices = std::move(devices);
  spec.traces.assign(spec.devices.size(), {});
  return spec;
}

TEST(Plan, GivesEachInstanceAProcessAndATableOfItsOwn) {
  const SystemSpec spec = system_with({device_of(64, 3)});
  const Plan plan = plan_of(spec);
  ASSERT_EQ(plan.processes.size(), 1U);
  EXPECT_EQ(plan.processes[0].count, 3U);
  EXPECT_EQ(plan.processes[0].name_of(2), "d0.2");
  EXPECT_EQ(plan.processes[0].pages.count(), 64U);
  ASSERT_EQ(plan.tables.size(), 1U);
  EXPECT_EQ(plan.tables[0].count, 3U);
  EXPECT_EQ(plan.tables[0].name_of(2), "d0.2");
  EXPECT_FALSE(plan.devices[0].pasids);
}

// 4 pages of a trace and 8 of a pattern, of which they share one.
TEST(Plan, OfASharedAddressSpaceHasOneProcessWithThePagesOfAllWhoShareIt) {
  SystemSpec spec = system_with({device_of(64, 3), device_of(64, 2), device_of(8)});
  spec.devices[0].address_space = "common";
  spec.devices[0].nonfaultable = {{0, 2 * kPageBytes}};
  replay(spec, trace_of_pages({7, 100, 101, 102}));
  spec.traces.resize(3);
  spec.devices[2].address_space = "common";
  spec.devices[2].nonfaultable = {{7 * kPageBytes, kPageBytes}};
  const Plan plan = plan_of(spec);
  ASSERT_EQ(plan.tables.size(), 2U);
  EXPECT_THAT(plan.tables[0].devices, ElementsAre(0U, 2U));
  EXPECT_EQ(plan.tables[0].count, 1U);
  EXPECT_EQ(plan.tables[0].name_of(0), "common");
  EXPECT_THAT(plan.tables[0].nonfaultable.list(), ElementsAre(Piece{7, 1}));
  EXPECT_THAT(plan.processes[0].pages.list(), ElementsAre(Piece{0, 8}, Piece{100, 3}));
  EXPECT_THAT(plan.tables[1].devices, ElementsAre(1U));
  EXPECT_EQ(plan.tables[1].count, 2U);
}

// Two share one I/O page table; the third has its own over the same process.
TEST(Plan, TellsWhoSharesATableFromWhoSharesTheProcess) {
  SystemSpec spec = system_with({device_of(64), device_of(32), device_of(128)});
  spec.processes = {{.name = "db", .count = 1, .memory = {}, .areas = {}, .cpu = {}}};
  for (AttachedDeviceSpec& device : spec.devices) device.process = "db";
  spec.devices[0].address_space = spec.devices[1].address_space = "domain";
  const Plan plan = plan_of(spec);
  ASSERT_EQ(plan.processes.size(), 1U);
  EXPECT_EQ(plan.processes[0].pages.count(), 128U);
  ASSERT_EQ(plan.tables.size(), 2U);
  EXPECT_EQ(plan.devices[0].tables, plan.devices[1].tables);
  EXPECT_NE(plan.devices[0].tables, plan.devices[2].tables);
  EXPECT_EQ(plan.tables[1].process, plan.tables[0].process);
}

// The table of a process that is bound to a PASID is the process's own.
TEST(Plan, GivesThoseWhoShareAProcessUnderSvaOneTable) {
  SystemSpec spec = system_with({device_of(64), device_of(32)});
  spec.strategy = {"sva", SvaSpec{}};
  spec.processes = {{.name = "db", .count = 1, .memory = {}, .areas = {}, .cpu = {}}};
  for (AttachedDeviceSpec& device : spec.devices) device.process = "db";
  const Plan plan = plan_of(spec);
  ASSERT_EQ(plan.tables.size(), 1U);
  EXPECT_EQ(plan.tables[0].name_of(0), "db");
  EXPECT_TRUE(plan.devices[0].pasids);
}

TEST(Plan, GivesEachListedContextATableAndAStrategy) {
  SystemSpec spec = system_with({device_of(64, 2)});
  spec.processes = {{.name = "db", .count = 2, .memory = {}, .areas = {}, .cpu = {}},
                    {.name = "log", .memory = {}, .areas = {}, .cpu = {}}};
  spec.devices[0].contexts = 3;
  spec.devices[0].strategy = StrategySpec{"pin", PinSpec{}};
  spec.devices[0].own_contexts = {{.process = "db", .strategy = StrategySpec{"sva", SvaSpec{}}},
                                  {.process = "log", .strategy = {}},
                                  {.process = "log", .strategy = StrategySpec{"i", IopfSpec{}}}};
  const Plan plan = plan_of(spec);
  EXPECT_TRUE(plan.devices[0].pasids);
  ASSERT_EQ(plan.tables.size(), 3U);
  EXPECT_EQ(plan.tables[0].name_of(1), "db.1");
  EXPECT_EQ(plan.tables[1].name_of(1), "d0.1.context.1");
  EXPECT_EQ(plan.tables[1].strategy_path, "devices[0].strategy");
  EXPECT_EQ(plan.tables[2].strategy_path, "devices[0].contexts[2].strategy");
  EXPECT_EQ(plan.tables[1].process, plan.tables[2].process);
  ASSERT_EQ(plan.processes.size(), 2U);
  EXPECT_EQ(plan.processes[1].name_of(0), "log");
}

}  // namespace
}  // namespace faultpath::models
