// What devices are attached to: names, and agreement of those who share.
#include "models/assembly/rules/process_problems.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/models/support.hpp"

namespace faultpath::models {
namespace {

using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;

auto problem(const char* path, const char* words) {
  return testing::AllOf(Field(&SpecProblem::path, path),
                        Field(&SpecProblem::message, HasSubstr(words)));
}

SystemSpec two_devices() {
  SystemSpec spec = small_system();
  spec.devices.push_back(spec.devices[0]);
  spec.devices[1].name = "other";
  spec.traces.resize(2);
  return spec;
}

TEST(ProcessProblems, ADeviceNamesAProcessThatIsThere) {
  SystemSpec spec = two_devices();
  spec.processes = {{.name = "db", .count = 1, .memory = {}, .areas = {}, .cpu = {}}};
  spec.devices[0].process = "db";
  EXPECT_THAT(process_problems(spec), IsEmpty());
  spec.devices[1].process = "bd";
  EXPECT_THAT(process_problems(spec),
              ElementsAre(problem("devices[1].process", "no process 'bd'; processes has db")));
}

TEST(ProcessProblems, AContextNamesAProcessThatIsThere) {
  SystemSpec spec = two_devices();
  spec.devices[0].contexts = 2;
  spec.devices[0].own_contexts = {{}, {.process = "db", .strategy = {}}};
  EXPECT_THAT(process_problems(spec),
              ElementsAre(problem("devices[0].contexts[1].process", "processes has none")));
}

TEST(ProcessProblems, AProcessThatNobodyUsesHasNoEffect) {
  SystemSpec spec = two_devices();
  spec.processes = {{.name = "db", .count = 1, .memory = {}, .areas = {}, .cpu = {}}};
  EXPECT_THAT(process_problems(spec),
              ElementsAre(problem("processes[0]", "no device uses process 'db'")));
}

TEST(ProcessProblems, ProcessesHaveNamesOfTheirOwn) {
  SystemSpec spec = two_devices();
  spec.processes = {{.name = "db", .count = 1, .memory = {}, .areas = {}, .cpu = {}},
                    {.name = "db", .count = 1, .memory = {}, .areas = {}, .cpu = {}}};
  spec.devices[0].process = "db";
  EXPECT_THAT(process_problems(spec),
              ElementsAre(problem("processes[1]", "another one is called 'db'")));
}

TEST(ProcessProblems, WhoSharesATableHasOneProcessMemoryAndStrategy) {
  SystemSpec spec = two_devices();
  spec.processes = {{.name = "db", .count = 1, .memory = {}, .areas = {}, .cpu = {}}};
  for (AttachedDeviceSpec& device : spec.devices) device.address_space = "domain";
  EXPECT_THAT(process_problems(SystemSpec{spec}),
              ElementsAre(problem("processes[0]", "no device")));
  spec.devices[0].process = "db";
  EXPECT_THAT(process_problems(spec), ElementsAre(problem("devices[1].process", "devices[0]")));
  spec.devices[1].process = "db";
  EXPECT_THAT(process_problems(spec), IsEmpty());
  spec.devices[1].strategy = StrategySpec{"pin", PinSpec{}};
  EXPECT_THAT(process_problems(spec), ElementsAre(problem("devices[1].strategy", "devices[0]")));
  spec.devices[0].strategy = StrategySpec{"pin", PinSpec{}};
  EXPECT_THAT(process_problems(spec), IsEmpty());
  spec.processes.clear();
  spec.devices[0].process = spec.devices[1].process = std::nullopt;
  spec.devices[1].memory.populated = true;
  EXPECT_THAT(process_problems(spec), ElementsAre(problem("devices[1].memory", "devices[0]")));
}

TEST(ProcessProblems, ContextsWithTablesOfTheirOwnShareNone) {
  SystemSpec spec = two_devices();
  spec.devices[0].address_space = "domain";
  spec.devices[0].own_contexts = {{}};
  EXPECT_THAT(process_problems(spec),
              ElementsAre(problem("devices[0].address_space", "page table of its own")));
}

}  // namespace
}  // namespace faultpath::models
