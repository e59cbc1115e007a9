// V1: what mapping and unmapping cost in an I/O page table, against the entries of a call.
#pragma once

#include <string>
#include <vector>

#include "analysis/published/row.hpp"

namespace faultpath::analysis {

struct TableCostRow {
  std::string table;      ///< format and code: `amd-v1, new`
  std::string operation;  ///< `map` or `unmap`
  std::string page;       ///< `4K`
  double entries = 1.0;   ///< pages in one call
  RowUse use = RowUse::predict;
  std::optional<Printed> nanoseconds{};
};

/// A call costs a base and a cost for each entry, which are fitted for each table and operation:
/// the least squares, relative to the times. An entry is written in the same way on every level, so
/// that the size of a page does not matter. With rows of one count alone the base is 0.
PublishedReport fit_table_cost(const std::vector<TableCostRow>& rows);

}  // namespace faultpath::analysis
