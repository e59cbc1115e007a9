// Table levels: which tables of a radix tree exist on the way to its pages.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include "models/base/address.hpp"
#include "models/base/runs.hpp"

namespace faultpath::models {

/// Tables of a page each, with 512 entries where it has 4 KiB: one of level 0 has the entries of
/// 2 MiB, one of level 1 those of 1 GiB, and so on; the root is above them and always exists. A
/// table that has been allocated stays.
class TableLevels {
 public:
  static constexpr unsigned kLevels = 4;  ///< below a root of five levels

  /// For a table that may map these pages.
  explicit TableLevels(const Runs& pages, PageSize size = {});

  /// Makes the tables on the way to a page of it.
  void allocate(IovaPage page);
  /// The lowest level whose table exists on the way to any page.
  unsigned lowest(IovaPage page) const;
  /// Tables of level 0 that there may be.
  std::uint64_t leaf_tables() const { return from_[1]; }
  /// The place among them of the one with the entry of `page`, which is one of these pages.
  std::uint64_t leaf_table_of(IovaPage page) const { return table_of(page, 0); }

 private:
  std::uint64_t region_of(IovaPage page, unsigned level) const {
    return page.value >> (table_bits_ * (level + 1));
  }
  // May the table of this level on the way to the page exist? Without holes: between the others.
  bool may_have_table(IovaPage page, unsigned level) const {
    if (sparse_) return (*sparse_)[level].contains(region_of(page, level));
    return region_of(page, level) - region_of(first_, level) < from_[level + 1] - from_[level];
  }
  // Its place among those of its level. Requires may_have_table().
  std::uint64_t table_of(IovaPage page, unsigned level) const {
    if (sparse_) return (*sparse_)[level].index_of(region_of(page, level));
    return region_of(page, level) - region_of(first_, level);
  }

  IovaPage first_;
  unsigned table_bits_;
  // Has the table of level k for each entries^(k + 1) pages been allocated? Level after level, from
  // from_[k] on; empty until a table is.
  std::vector<bool> tables_;
  std::uint64_t recent_ = ~0ULL;  // region of level 0 whose table exists: that allocated last
  // Regions of each level that hold a page; null where there is no hole.
  std::unique_ptr<std::array<Runs, kLevels>> sparse_;
  std::array<std::uint64_t, kLevels + 1> from_{};
};

}  // namespace faultpath::models
