// The walker of the runs against the reference vectors, wherever its tables can have their shape.
#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "scenarios/validation/csv_table.hpp"
#include "tests/scenarios/validation/riscv/running_tables.hpp"

namespace faultpath::riscv {
namespace {

using models::GpaPage;
using models::IovaPage;
using models::kPageBits;
using models::Runs;
using scenarios::CsvRow;
using scenarios::CsvTable;

const std::string kFolder = std::string(FAULTPATH_SOURCE_DIR) + "/tests/vectors/walk/";
constexpr unsigned kIndexBits = 9;

/// A vector as far as the walker of the runs knows of it. Its trace says all: "2221222122212222"
/// are the reads of the second stage before each of three reads of the first, and those for the
/// page.
struct Vector {
  IovaPage page;
  std::uint32_t first_levels, second_levels;  // second: 0 with one stage
  enum class End { translated, first_stage, table, data } end;
  std::vector<unsigned> second_reads;  // for each address that the second stage translates
  std::uint32_t first_reads = 0;
  std::uint32_t page_bits = 0;  // translated

  std::uint32_t reads() const {
    std::uint32_t sum = first_reads;
    for (const unsigned reads : second_reads) sum += reads;
    return sum;
  }
  /// Every address takes as many reads: one size of leaves, and nothing is absent half-way.
  bool uniform() const {
    return std::ranges::all_of(second_reads, [&](unsigned n) { return n == second_reads[0]; });
  }
};

std::uint32_t levels_of(std::uint64_t mode) {
  return mode == 0 ? 0 : static_cast<std::uint32_t>((mode - 12) / kIndexBits);
}

// Without what the walker of the runs does not model: environments, processes, execution, and
// access faults of memory.
std::optional<Vector> vector_of(const CsvRow& manifest, const CsvRow& row) {
  const bool plain =
      row.text("env") == "normal" && !row.flag("pv") && row.text("acc") != "X" && !row.flag("exec");
  const std::uint64_t cause = row.decimal("cause");
  const bool page_fault = cause == 13 || cause == 15 || cause == 21 || cause == 23;
  if (!plain || (cause != 0 && !page_fault)) return std::nullopt;
  Vector vector{{row.hex("iova") >> kPageBits},
                levels_of(manifest.decimal("s1_mode")),
                levels_of(manifest.decimal("s2_mode")),
                Vector::End::translated,
                {},
                0,
                0};
  unsigned reads = 0;
  for (const char letter : row.text("trace")) {
    if (letter == '2') ++reads;
    if (letter != '1') continue;
    if (vector.second_levels > 0) vector.second_reads.push_back(std::exchange(reads, 0));
    ++vector.first_reads;
  }
  if (reads > 0) vector.second_reads.push_back(reads);
  if (cause == 0) {
    vector.page_bits = static_cast<std::uint32_t>(row.decimal("log2size"));
  } else if (row.decimal("stage") == 1) {
    vector.end = Vector::End::first_stage;
  } else {
    vector.end = row.flag("implicit") ? Vector::End::table : Vector::End::data;
  }
  if (vector.first_levels > 0) return vector;
  // A second stage alone is the one stage that there is.
  vector.first_levels = std::exchange(vector.second_levels, 0);
  vector.first_reads = reads;
  vector.second_reads.clear();
  if (vector.end == Vector::End::data) vector.end = Vector::End::first_stage;
  if (vector.first_levels == 0) return std::nullopt;  // nothing is translated
  return vector;
}

std::uint8_t leaf_bits(unsigned level) {
  return static_cast<std::uint8_t>(kPageBits + kIndexBits * level);
}

/// Compares what can be; false when the tables of a run cannot have this shape.
bool compare_translation(const Vector& v) {
  const unsigned first_leaf = v.first_levels - v.first_reads;
  const unsigned second_leaf = v.second_levels > 0 ? v.second_levels - v.second_reads[0] : 0;
  if (first_leaf > 2 || second_leaf > 2 || !v.uniform()) return false;
  RunningTables tables({.levels = {v.first_levels, v.second_levels},
                        .first_leaf_bits = leaf_bits(first_leaf),
                        .second_leaf_bits = leaf_bits(second_leaf)},
                       Runs(v.page.value, 1));
  if (first_leaf == 0) tables.first_stage().map(v.page);
  const RunningTables::Walk walk = tables.walk(v.page, false);
  EXPECT_TRUE(walk.readable);
  EXPECT_EQ(walk.reads, v.reads());
  EXPECT_EQ(walk.page_bits, v.page_bits);
  return true;
}

// A neighbour whose entry stands in the same table of `level` brings the tables down to there.
bool compare_first_stage_fault(const Vector& v) {
  if (v.first_reads == 0) return false;  // an address beyond the tables, which is never issued
  const unsigned second_leaf = v.second_levels > 0 ? v.second_levels - v.second_reads[0] : 0;
  if (second_leaf > 2 || !v.uniform()) return false;
  const unsigned level = v.first_levels - v.first_reads;
  const IovaPage neighbour{v.page.value ^ (1ULL << (kIndexBits * level))};
  RunningTables tables(
      {.levels = {v.first_levels, v.second_levels}, .second_leaf_bits = leaf_bits(second_leaf)},
      Runs({{v.page.value, 1}, {neighbour.value, 1}}));
  tables.first_stage().map(neighbour);
  const RunningTables::Walk walk = tables.walk(v.page, false);
  EXPECT_FALSE(walk.readable);
  EXPECT_EQ(walk.missing_stage, 1U);
  EXPECT_EQ(walk.missing_level, level);
  EXPECT_EQ(walk.reads, v.reads());
  return true;
}

// All is there but one guest page: that of a table, or that of the data.
bool compare_second_stage_fault(const Vector& v) {
  const bool looked_up = v.second_reads.size() == v.first_reads + 1;  // else a mark has failed
  if (!looked_up || !v.uniform() || v.second_reads[0] != v.second_levels) return false;
  const bool table = v.end == Vector::End::table;
  if (!table && v.first_reads != v.first_levels) return false;
  RunningTables tables({.levels = {v.first_levels, v.second_levels}, .on_demand = true},
                       Runs(v.page.value, 1));
  tables.first_stage().map(v.page);
  const models::GuestMemory& guest = tables.guest();
  const GpaPage missing =
      table ? guest.table(v.page, v.first_levels - 1 - v.first_reads) : guest.data(v.page);
  for (GpaPage page{guest.begin()}; page.value < guest.end(); ++page.value) {
    if (page != missing) tables.second_stage().map(models::GuestMemory::input_of(page));
  }
  const RunningTables::Walk walk = tables.walk(v.page, false);
  EXPECT_FALSE(walk.readable);
  EXPECT_EQ(walk.missing_stage, 2U);
  EXPECT_EQ(walk.missing_page, missing);
  EXPECT_EQ(walk.missing_table, table);
  EXPECT_EQ(walk.reads, v.reads());
  return true;
}

bool compare(const Vector& vector) {
  switch (vector.end) {
    case Vector::End::translated:
      return compare_translation(vector);
    case Vector::End::first_stage:
      return compare_first_stage_fault(vector);
    case Vector::End::table:
    case Vector::End::data:
      break;
  }
  return compare_second_stage_fault(vector);
}

TEST(WalkerVectors, GiveTheSameReadsMissesAndSizes) {
  const CsvTable manifest = CsvTable::read(kFolder + "manifest.csv");
  std::size_t compared[4] = {};
  for (std::size_t i = 0; i < manifest.rows(); ++i) {
    const std::string& name = manifest.row(i).text("name");
    const CsvTable vectors = CsvTable::read(kFolder + name + ".vec.csv");
    for (std::size_t n = 0; n < vectors.rows(); ++n) {
      SCOPED_TRACE(name + ", vector " + std::to_string(n));
      const auto vector = vector_of(manifest.row(i), vectors.row(n));
      if (vector && compare(*vector)) ++compared[static_cast<std::size_t>(vector->end)];
    }
  }
  // Most of the others have leaves of several sizes in one walk, or are absent half-way.
  EXPECT_GT(compared[static_cast<std::size_t>(Vector::End::translated)], 200U);
  EXPECT_GT(compared[static_cast<std::size_t>(Vector::End::first_stage)], 100U);
  EXPECT_GT(compared[static_cast<std::size_t>(Vector::End::table)], 10U);
  EXPECT_GT(compared[static_cast<std::size_t>(Vector::End::data)], 10U);
}

}  // namespace
}  // namespace faultpath::riscv
