// What is wrong with declared areas, and with those who act on them.
#include "models/assembly/rules/area_problems.hpp"

#include <gtest/gtest.h>

#include "tests/models/area_runs.hpp"

namespace faultpath::models {
namespace {

NotifierSpec source_of(NotifierKind kind) {
  NotifierSpec source;
  source.kind = kind;
  source.rate = 1.0;
  return source;
}

SystemSpec good() { return with_areas({area_of(64)}); }

void expect_problem(const SystemSpec& spec, const std::string& path, const std::string& message) {
  const auto problems = problems_of(spec);
  ASSERT_FALSE(problems.empty()) << path;
  EXPECT_EQ(problems.front().path, path);
  EXPECT_NE(problems.front().message.find(message), std::string::npos) << problems.front().message;
}

TEST(AreaProblems, AreNoneOfGoodAreas) { EXPECT_TRUE(problems_of(good()).empty()); }

TEST(AreaProblems, AreasDoNotOverlap) {
  SystemSpec spec = with_areas({area_of(64), area_of(1)});
  spec.processes[0].areas[1].name = "inside";
  spec.processes[0].areas[1].at = 63 * kPageBytes;
  expect_problem(spec, "processes[0].areas[1]", "overlaps areas[0]");
}

TEST(AreaProblems, NamesAreTheirOwn) {
  expect_problem(with_areas({area_of(1), area_of(1)}), "processes[0].areas[1].name", "'area'");
}

TEST(AreaProblems, KeysWithoutEffectAreErrors) {
  SystemSpec spec = good();
  spec.processes[0].memory.populated = true;
  expect_problem(spec, "processes[0].memory", "no effect");
  spec = good();
  spec.processes[0].areas[0].file_size = 1;
  expect_problem(spec, "processes[0].areas[0].file_size", "unless kind is file");
  spec = good();
  spec.processes[0].areas[0].kind = Backing::file;
  spec.processes[0].areas[0].huge = AreaSpec::Huge::always;
  expect_problem(spec, "processes[0].areas[0].huge", "anonymous and shared");
  spec = small_system();
  spec.host.notifiers = {source_of(NotifierKind::ksm)};
  expect_problem(spec, "host.notifiers[0]", "no process has areas");
  spec = good();
  spec.host.notifiers = {source_of(NotifierKind::ksm)};
  spec.host.notifiers[0].area = "other";
  expect_problem(spec, "host.notifiers[0].area", "'other'");
  spec = good();
  spec.host.notifiers = {source_of(NotifierKind::fork)};
  spec.host.notifiers[0].range = kPageBytes;
  expect_problem(spec, "host.notifiers[0].range", "fork takes all areas");
}

TEST(AreaProblems, WhatNoPageOfTheAreasEverNeedsIsAnError) {
  SystemSpec spec = good();
  spec.processes[0].areas[0].huge = AreaSpec::Huge::always;
  expect_problem(spec, "processes[0].areas[0].huge", "aligned");
  spec.processes[0].areas[0].size = 1022 * kPageBytes;
  spec.processes[0].areas[0].at = 4096;
  expect_problem(spec, "processes[0].areas[0].huge", "aligned");
  spec.processes[0].areas[0].size = 1023 * kPageBytes;
  spec.processes[0].areas[0].at = 0;
  EXPECT_TRUE(problems_of(spec).empty());
  spec = good();
  spec.processes[0].areas[0].folios = {16 << 10};
  EXPECT_TRUE(problems_of(spec).empty());
  spec.processes[0].areas[0].access = AreaSpec::Access::read_only;
  expect_problem(spec, "processes[0].areas[0].folios", "zero page");
  spec.processes[0].areas[0].shared = true;
  EXPECT_TRUE(problems_of(spec).empty());
}

TEST(AreaProblems, ScannersNeedMemoryThatTheyChange) {
  SystemSpec spec = with_areas({area_of(1024), area_of(1024, Backing::shared)});
  spec.processes[0].areas[1].name = "shared";
  for (const NotifierKind kind : {NotifierKind::ksm, NotifierKind::khugepaged}) {
    spec.host.notifiers = {source_of(kind)};
    spec.processes[0].areas[0].huge = AreaSpec::Huge::madvise;
    EXPECT_TRUE(problems_of(spec).empty());
    spec.host.notifiers[0].area = "shared";
    expect_problem(spec, "host.notifiers[0].kind", "private anonymous memory");
    EXPECT_TRUE(problems_of(spec).front().unused) << "another variant may have it";
  }
  spec.host.notifiers = {source_of(NotifierKind::khugepaged)};
  spec.processes[0].areas[0].huge = AreaSpec::Huge::never;
  expect_problem(spec, "host.notifiers[0].kind", "huge is madvise or always");
}

// Nor is it for files, or for what is pinned before anybody could bring it.
TEST(AreaProblems, UserSpaceBringsSmallPagesOfMemory) {
  SystemSpec spec = good();
  AreaSpec& area = spec.processes[0].areas[0];
  area.userfaultfd = true;
  EXPECT_TRUE(problems_of(spec).empty());
  area.kind = Backing::file;
  expect_problem(spec, "processes[0].areas[0].userfaultfd", "anonymous and shared");
  area.kind = Backing::anonymous;
  area.huge = AreaSpec::Huge::always;
  expect_problem(spec, "processes[0].areas[0].huge", "no effect");
  area.huge = AreaSpec::Huge::never;
  spec.strategy = {"pin", PinSpec{}};
  expect_problem(spec, "processes[0].areas[0].userfaultfd", "pinned");
}

TEST(AreaProblems, FoliosArePowersOfTwoBetweenSmallAndHugePages) {
  SystemSpec spec = good();
  AreaSpec& area = spec.processes[0].areas[0];
  area.folios = {16 << 10, 1 << 20};
  EXPECT_TRUE(problems_of(spec).empty());
  for (const unsigned long long bytes : {0ULL, 8ULL << 10, 24ULL << 10, 2ULL << 20}) {
    area.folios[1] = bytes;
    expect_problem(spec, "processes[0].areas[0].folios[1]", "power of two");
  }
  area.folios = {16 << 10, 32 << 10, 16 << 10};
  expect_problem(spec, "processes[0].areas[0].folios[2]", "is that of folios[0]");
  area.folios = {16 << 10};
  area.kind = Backing::file;
  expect_problem(spec, "processes[0].areas[0].folios", "anonymous and shared");
}

TEST(AreaProblems, AProcessThatAccessesMemoryHasAreasAndAPattern) {
  SystemSpec spec = good();
  spec.processes[0].areas.clear();
  spec.processes[0].cpu.emplace();
  expect_problem(spec, "processes[0].cpu", "needs areas");
  spec = good();
  spec.processes[0].cpu.emplace();
  spec.processes[0].cpu->workload.rate = 1.0;
  expect_problem(spec, "processes[0].cpu.workload.rate", "cpu.rate");
}

TEST(AreaProblems, WhoIsNeverKilledNeedsABoundOfMemory) {
  SystemSpec spec = with_areas({area_of(64)});
  spec.processes[0].oom_killable = false;
  expect_problem(spec, "processes[0].oom_killable", "host.swap.size or host.memory_cgroup.max");
  spec.host.swap.size = kMiB;
  EXPECT_TRUE(problems_of(spec).empty());
  spec.host.swap.size.reset();
  spec.processes[0].areas[0].mlock = true;
  EXPECT_TRUE(problems_of(spec).empty());
}

TEST(AreaProblems, HighIsBelowMaxAndMaxHoldsWhatIsPinned) {
  SystemSpec spec = good();
  spec.host.memory_cgroup = {.high = 2 * kMiB, .max = kMiB};
  expect_problem(spec, "host.memory_cgroup.high", "above max");
  spec = good();
  spec.strategy = {"pin", PinSpec{}};
  spec.host.memory_cgroup.max = 63 * kPageBytes;
  expect_problem(spec, "host.memory_cgroup.max", "do not fit");
  spec.host.memory_cgroup.max = 64 * kPageBytes;
  EXPECT_TRUE(problems_of(spec).empty());
}

// There is no page of the guest for such an address.
TEST(AreaProblems, BehindASecondStageADeviceStaysInside) {
  SystemSpec spec = good();
  spec.iommu.levels = {4, 4};
  EXPECT_TRUE(problems_of(spec).empty());
  spec.devices[0].workload.footprint = 65 * kPageBytes;
  expect_problem(spec, "devices[0].workload", "second stage");
}

}  // namespace
}  // namespace faultpath::models
