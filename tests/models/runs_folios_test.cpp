// Whole runs whose faults bring more than a page of memory, and of pages that lie on another node.
#include <gtest/gtest.h>

#include <cmath>
#include <utility>
#include <vector>

#include "tests/models/area_runs.hpp"
#include "tests/models/invariants.hpp"

namespace faultpath::models {
namespace {

constexpr std::uint64_t kSmallFolio = 16ULL << 10, kLargeFolio = 64ULL << 10;

SystemSpec with_folios(std::uint64_t pages, std::vector<std::uint64_t> folios,
                       Backing kind = Backing::anonymous) {
  AreaSpec area = area_of(pages, kind);
  area.folios = std::move(folios);
  return with_areas({area});
}

// Each page has an entry and a translation of its own.
TEST(FolioRuns, AWriteBringsAsManyPagesAsTheFolioHas) {
  SystemSpec spec = with_folios(64, {kLargeFolio});
  access_in_rounds(spec, 64, 1, 0.0);
  const Seen seen = checked_run(spec);
  EXPECT_EQ(seen.counters.faults_minor, 4U);
  EXPECT_EQ(seen.counters.page_requests, 4U);
  EXPECT_EQ(seen.counters.folio_faults, 4U);
  EXPECT_EQ(seen.counters.folio_pages, 64U);
  EXPECT_EQ(seen.counters.atc_misses, 64U);
  EXPECT_EQ(seen.gauge("resident_bytes").max, bytes_of(64));
}

// 20 pages from page 8 on: no 16 aligned ones lie inside, but five times four.
TEST(FolioRuns, TheLargestThatLiesInTheAreaIsTaken) {
  SystemSpec spec = with_folios(20, {kSmallFolio, kLargeFolio});
  spec.processes[0].areas[0].at = 8 * kPageBytes;
  std::vector<PageAccess> accesses;
  for (std::uint64_t page = 8; page < 28; ++page) accesses.push_back({page, true});
  access_in_turn(spec, accesses);
  const Seen seen = checked_run(spec);
  EXPECT_EQ(seen.counters.faults_minor, 5U);
  EXPECT_EQ(seen.counters.folio_faults, 5U);
  EXPECT_EQ(seen.counters.folio_pages, 20U);
}

// The zero page is one page, and what has been read is not empty: 0 to 3 come one by one.
TEST(FolioRuns, AReadBringsTheZeroPageAlone) {
  SystemSpec spec = with_folios(16, {kSmallFolio});
  access_in_turn(spec, {{0}, {0, true}, {1, true}, {4, true}, {5, true}});
  const Seen seen = checked_run(spec);
  EXPECT_EQ(seen.counters.zero_page_maps, 1U);
  EXPECT_EQ(seen.counters.faults_minor, 4U);
  EXPECT_EQ(seen.counters.folio_faults, 1U);
  EXPECT_EQ(seen.gauge("resident_bytes").max, bytes_of(2 + 4));
}

// Of 100 frames some are kept in reserve: where 16 are not free, 4 are, and then single ones.
TEST(FolioRuns, WithoutFreeFramesTheNextSmallerOneIsTaken) {
  SystemSpec spec = with_folios(96, {kLargeFolio, kSmallFolio});
  spec.host.memory = 100 * kPageBytes;
  spec.host.reclaim = {.min = 0.1, .low = 0.1, .high = 0.1};
  access_in_rounds(spec, 90, 1, 0.0);
  const Seen seen = checked_run(spec);
  // 80 pages by 64 KiB, 8 by 16 KiB, then two of the 90 that may be taken.
  EXPECT_EQ(seen.counters.folio_faults, 5U + 2U);
  EXPECT_EQ(seen.counters.folio_pages, 88U);
  EXPECT_EQ(seen.counters.faults_minor, 7U + 2U);
}

// Shared memory has no zero page.
TEST(FolioRuns, AReadOfSharedMemoryBringsAFolio) {
  SystemSpec spec = with_folios(64, {kLargeFolio}, Backing::shared);
  access_in_rounds(spec, 64, 1, 1.0);
  EXPECT_EQ(checked_run(spec).counters.faults_minor, 4U);
}

TEST(HugeSharedMemory, ComesWithReadingAndWriting) {
  for (const double reads : {0.0, 1.0}) {
    AreaSpec area = area_of(1024, Backing::shared);
    area.huge = AreaSpec::Huge::always;
    SystemSpec spec = with_areas({area});
    access_in_rounds(spec, 1024, 1, reads);
    const Seen seen = checked_run(spec);
    EXPECT_EQ(seen.counters.faults_minor, 2U);
    EXPECT_EQ(seen.counters.huge_faults, 2U);
    EXPECT_EQ(seen.counters.zero_page_maps, 0U);
    EXPECT_EQ(seen.gauge("resident_bytes").max, bytes_of(1024));
  }
}

// The faults after a hint copy what lies on another node: all, none or half of it.
TEST(NumaRuns, AFaultAfterAHintMovesWhatLiesElsewhere) {
  for (const double moves : {0.0, 0.5, 1.0}) {
    SystemSpec spec = with_areas({area_of(64)});
    spec.devices[0].workload.footprint = 64 * kPageBytes;
    spec.devices[0].workload.reads = 0.0;
    spec.run.stop = {};
    spec.run.stop.duration = sim::milliseconds(20);
    NotifierSpec balancing;
    balancing.kind = NotifierKind::numa;
    balancing.rate = 500.0;
    balancing.moves = moves;
    spec.host.notifiers = {balancing};
    const Seen seen = checked_run(spec);
    const double hinted = static_cast<double>(seen.counters.notifier_pages);
    ASSERT_GT(hinted, 300.0);
    const double spread = 5.0 * std::sqrt(hinted * moves * (1.0 - moves));
    // The last hint may be without its faults.
    EXPECT_NEAR(static_cast<double>(seen.counters.numa_moves), hinted * moves, spread + 64 * moves);
    EXPECT_EQ(seen.gauge("resident_bytes").max, bytes_of(64));
    EXPECT_EQ(seen.counters.faults_major, 0U);
  }
}

}  // namespace
}  // namespace faultpath::models
