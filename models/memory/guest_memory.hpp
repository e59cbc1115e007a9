// Guest memory: where data and first-stage tables of a space lie, and the second stage beneath.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>

#include "models/base/address.hpp"
#include "models/memory/guest_faults.hpp"
#include "models/memory/io_page_table.hpp"
#include "models/memory/levels_spec.hpp"
#include "models/memory/memory.hpp"

namespace faultpath::models {

/// The guest-physical memory of one address space, and the second stage that maps it.
///
/// Layout, fixed by the areas of the space alone. Data come first, in the order of addresses and
/// without the holes, in units of the larger leaf of the two stages, so that leaves of either stage
/// are aligned alike. The first unit keeps its place within 1 GiB: in a space without holes page p
/// is guest page p - o, where o is the start of the 1 GiB range that holds the first page. From the
/// next leaf of the second stage on follow the pages of the first-stage tables on the way to any
/// page, level 0 (whose entries map 4 KiB) before level 1 and so on to the root, each level in the
/// order of addresses, whether a table is in use or not; then kProcessTables pages with the tables
/// that point to the root (PASID table, context descriptors). All of it is rounded up to whole
/// leaves.
class GuestMemory {
 public:
  /// Levels of the table of processes, a page each.
  static constexpr unsigned kProcessTables = 3;

  /// For a space of these areas, whose first stage has leaves of `first_leaf_bits`. Everything is
  /// mapped, as pinned memory is. With `place` the units of data begin at that guest page, as where
  /// several spaces share guest memory; it is a multiple of the larger leaf.
  GuestMemory(const Runs& areas, const LevelsSpec& levels, std::uint8_t second_leaf_bits,
              unsigned first_leaf_bits = kPageBits, std::optional<std::uint64_t> place = {});

  /// From now on nothing is mapped but what is entered into on_demand(), which belongs to the
  /// second stage under `above`. The tables of processes stay mapped.
  void map_on_demand(PageStore& store, IoPageTable& above);
  /// The same with a table that several spaces share, each in a place of its own; it holds the
  /// guest's memory, from guest page 0 on.
  void map_on_demand_in(IoPageTable& shared, IoPageTable& above);
  /// What lies behind it is the memory of `host`: the second stage's pages have their frames there,
  /// and the faults of the process above are the guest's. Requires map_on_demand().
  void attach(Memory& host);
  /// The second stage's table, whose input pages are guest pages; null when all is pinned.
  IoPageTable* on_demand() const { return second_; }
  /// on_demand() belongs to this alone.
  bool owns_second_stage() const { return table_ != nullptr; }
  static IovaPage input_of(GpaPage page) { return {page.value}; }

  /// Guest pages that such a space needs: from begin(), its first page of data, to end().
  std::uint64_t begin() const { return begin_; }
  std::uint64_t end() const { return end_; }
  unsigned second_levels() const { return second_levels_; }

  /// Requires a page of the space.
  GpaPage data(IovaPage page) const {
    const std::uint64_t unit = units_.index_of(page.value >> unit_shift_);
    return {units_begin_ + (unit << unit_shift_) + (page.value & ((1ULL << unit_shift_) - 1))};
  }
  /// The first-stage table of `level` on the way to `page`.
  GpaPage table(IovaPage page, unsigned level) const {
    return {tables_[level] + regions_[level].index_of(page.value >> shift(level))};
  }
  /// The table of processes at `level`, 0 to kProcessTables - 1.
  GpaPage process_table(unsigned level) const { return {end_of_tables_ + level}; }

  /// What a walk of the second stage finds for a guest page, without marks.
  PageTableEntry peek(GpaPage page) const;
  /// What a walk finds, with its marks: a second stage on demand keeps accessed and dirty bits.
  PageTableEntry walk(GpaPage page, bool write);
  /// What a walk of both stages misses first. It begins at the first-stage table of level
  /// `from` - 1, whose own page and those of the tables below must be there; then the entry of the
  /// first stage; then the page. What is read-only and has to be written is missing, too: the page
  /// if the access writes, tables where the first stage keeps accessed bits (VT-d SFS.8). Nothing:
  /// stage unknown. Leaves no marks.
  WalkMiss missing(const IoPageTable& above, IovaPage page, unsigned from, bool write) const;
  /// The guest page of what is missing in the second stage on the way to `page`.
  GpaPage page_of(const WalkMiss& miss, IovaPage page) const {
    return miss.table == WalkMiss::kData ? data(page) : table(page, miss.table);
  }
  unsigned first_levels() const { return first_levels_; }

 private:
  bool grants(GpaPage page, bool write) const;

  static constexpr unsigned kTableBits = 9;
  static constexpr unsigned kMostLevels = 5;
  static unsigned shift(unsigned level) { return kTableBits * (level + 1); }

  unsigned unit_shift_;
  Runs units_;                 // that hold data
  std::uint64_t units_begin_;  // guest page of the first
  std::uint64_t begin_ = 0;
  std::array<Runs, kMostLevels> regions_;            // that have a table of each level
  std::array<std::uint64_t, kMostLevels> tables_{};  // first page of the tables of each level
  std::uint64_t end_of_tables_ = 0;
  std::uint64_t end_ = 0;
  unsigned first_levels_, second_levels_;
  std::uint8_t leaf_order_;
  std::unique_ptr<ProcessMemory> process_;  // of the VMM
  std::unique_ptr<IoPageTable> table_;
  IoPageTable* second_ = nullptr;        // table_, or one that is shared
  std::unique_ptr<GuestFaults> faults_;  // of the process above
};

}  // namespace faultpath::models
