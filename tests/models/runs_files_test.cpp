// Whole runs of a device on files: what a miss reads, what a hit maps, and what a write does.
#include <gtest/gtest.h>

#include <vector>

#include "tests/models/area_runs.hpp"
#include "tests/models/invariants.hpp"

namespace faultpath::models {
namespace {

// 64 pages in order. Page 0 misses and reads 0 to 31; 1 and 16 find theirs cached and map their 16;
// 32 and 48 miss and read the 16 that are missing around them; 33 and 49 map the rest.
TEST(FileAreaRuns, ReadAroundAMissAndMapAroundAHit) {
  SystemSpec spec = with_areas({area_of(64, Backing::file)});
  access_in_rounds(spec, 64, 1, 1.0);
  const Seen seen = checked_run(spec);
  EXPECT_EQ(seen.counters.faults_major, 3U);
  EXPECT_EQ(seen.counters.faults_minor, 4U);
  EXPECT_EQ(seen.counters.readahead_pages, 64U - 3U);
  EXPECT_EQ(seen.counters.fault_around_pages, 64U - 7U);
  EXPECT_EQ(seen.gauge("resident_bytes").max, bytes_of(64));
}

// 256 pages in order. Page 0 misses and reads 32 pages, with a mark on 24, which faults and reads
// 32 to 63, with a mark on 32, and so on: nobody waits for a request of his own again. Faults: 1,
// 16 and 24, then two for 32 pages. Without marks a miss reads the 16 that are missing around it.
TEST(FileAreaRuns, AMarkIsReadOnBeforeAnybodyMisses) {
  SystemSpec spec = with_areas({area_of(256, Backing::file)});
  access_in_rounds(spec, 256, 1, 1.0);
  EXPECT_EQ(checked_run(spec).counters.faults_major, 1U + (256U - 32U) / 16U);
  spec.host.page_cache.async = true;
  const Seen seen = checked_run(spec);
  EXPECT_EQ(seen.counters.faults_major, 1U);
  EXPECT_EQ(seen.counters.readahead_async, 7U);
  EXPECT_EQ(seen.counters.readahead_pages, 255U);
  EXPECT_EQ(seen.counters.faults_minor, 3U + 2U * 224U / 32U);
}

// 150 pages, each far from the others: no miss finds what one before has read, and after 100 of
// them (MMAP_LOTSAMISS) each reads its page alone. A hit takes one miss back.
TEST(FileAreaRuns, ADeviceThatMissesTooOftenReadsPagesAlone) {
  SystemSpec spec = with_areas({area_of(150 * 64, Backing::file)});
  std::vector<PageAccess> accesses;
  for (std::uint64_t i = 0; i < 150; ++i) accesses.push_back({64 * i});
  access_in_turn(spec, accesses);
  const Seen far = checked_run(spec);
  EXPECT_EQ(far.counters.faults_major, 150U);
  EXPECT_EQ(far.counters.readahead_pages, 100U * 31U);
  accesses.insert(accesses.begin() + 120, {1});
  access_in_turn(spec, accesses);
  EXPECT_EQ(checked_run(spec).counters.readahead_pages, 100U * 31U)
      << "20 misses above 100, less 1";
  accesses.erase(accesses.begin() + 120);
  accesses.insert(accesses.begin() + 100, {1});
  access_in_turn(spec, accesses);
  EXPECT_EQ(checked_run(spec).counters.readahead_pages, 101U * 31U);
}

// Forward: pages 0 and 32 miss, and each brings what the next 31 need.
TEST(FileAreaRuns, AdviceSaysWhatAMissReads) {
  AreaSpec file = area_of(64, Backing::file);
  file.advice = AreaSpec::Advice::sequential;
  SystemSpec spec = with_areas({file});
  access_in_rounds(spec, 64, 1, 1.0);
  EXPECT_EQ(checked_run(spec).counters.faults_major, 2U);
  spec.processes[0].areas[0].advice = AreaSpec::Advice::random;
  const Seen random = checked_run(spec);
  EXPECT_EQ(random.counters.faults_major, 64U);
  EXPECT_EQ(random.counters.readahead_pages, 0U);
}

// The process uses 20 pages all the time while a device writes 600 in 400 frames.
TEST(AdviceRuns, ReclaimIgnoresUsesOfARandomArea) {
  for (const auto advice : {AreaSpec::Advice::normal, AreaSpec::Advice::random}) {
    AreaSpec used = area_of(20), scanned = area_of(600);
    used.advice = advice;
    scanned.name = "scanned";
    SystemSpec spec = with_areas({used, scanned});
    spec.host.memory = 400 * kPageBytes;
    spec.host.reclaim = {.min = 0.05, .low = 0.1, .high = 0.2};
    std::vector<PageAccess> accesses;
    for (std::uint64_t i = 0; i < 2400; ++i) accesses.push_back({20 + i % 600, true});
    access_in_turn(spec, accesses);
    CpuSpec& cpu = spec.processes[0].cpu.emplace();
    cpu.workload.footprint = 20 * kPageBytes;
    cpu.workload.reads = 0.0;
    cpu.rate = 1e6;
    const Seen seen = checked_run(spec);
    if (advice == AreaSpec::Advice::normal) {
      EXPECT_LT(seen.counters.cpu_faults, 2U * 20U);
    } else {
      EXPECT_GE(seen.counters.cpu_faults, 2U * 20U);
    }
  }
}

TEST(FileAreaRuns, ReadingAheadSavesRequestsToTheDiskNotFaults) {
  SystemSpec spec = with_areas({area_of(64, Backing::file)});
  access_in_rounds(spec, 64, 1, 1.0);
  spec.host.page_cache.fault_around = kPageBytes;
  const Seen ahead = checked_run(spec);
  EXPECT_EQ(ahead.counters.faults_major, 3U);
  EXPECT_EQ(ahead.counters.faults_minor, 64U - 3U);
  spec.host.page_cache.read_ahead = kPageBytes;
  const Seen alone = checked_run(spec);
  EXPECT_EQ(alone.counters.faults_major, 64U);
  EXPECT_EQ(alone.counters.faults_minor, 0U);
}

// Hardware sets the access flag on x86; an SMMU leaves it to a fault, so that nothing is saved.
TEST(FileAreaRuns, FaultAroundSavesNothingOnArm) {
  SystemSpec spec = with_areas({area_of(64, Backing::file)});
  spec.iommu.kind = IommuKind::smmu_stall;
  access_in_rounds(spec, 64, 1, 1.0);
  const Seen seen = checked_run(spec);
  EXPECT_EQ(seen.counters.access_flag_faults, seen.counters.fault_around_pages);
  EXPECT_EQ(seen.counters.page_requests, 64U);
}

// A private write copies the page of the file, a shared one tells the file system.
TEST(FileAreaRuns, AWriteCopiesPrivatePagesAndGrantsSharedOnes) {
  for (const bool shared : {false, true}) {
    AreaSpec file = area_of(1, Backing::file);
    file.shared = shared;
    SystemSpec spec = with_areas({file});
    access_in_turn(spec, {{0}, {0, true}, {0, true}});
    const Seen seen = checked_run(spec);
    EXPECT_EQ(seen.counters.faults_major, 1U);
    EXPECT_EQ(seen.counters.faults_minor, 1U);
    EXPECT_EQ(seen.counters.page_copies, shared ? 0U : 1U);
    EXPECT_EQ(seen.counters.page_reuses, shared ? 1U : 0U);
    EXPECT_EQ(seen.gauge("resident_bytes").max, bytes_of(1));
  }
}

}  // namespace
}  // namespace faultpath::models
