// Comparing what the models say with reference vectors, row by row.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/validation/csv_table.hpp"

namespace faultpath::scenarios {

/// What the model says, in the text that the vectors use.
struct Answer {
  std::string_view column;
  std::string text;
};

struct Mismatch {
  std::string file;
  unsigned line = 0;
  std::string row;  ///< its number in the file's own numbering
  std::string column, expected, found;
};

/// The counts over all files of one kind.
struct ReplayCount {
  std::size_t files = 0;
  std::size_t rows = 0;          ///< that were replayed
  std::size_t matched = 0;       ///< rows whose every cell is as expected, or a known oddity
  std::size_t oddities = 0;      ///< cells in which the reference is known to be odd
  std::size_t not_modelled = 0;  ///< rows of files that need what there is no model of
  std::optional<Mismatch> first;

  bool good() const { return matched == rows; }
};

/// Whether the reference is known to be odd in this cell, and the model's answer is the plain
/// reading of the specification.
using IsOddity = std::function<bool(const CsvRow& row, const Answer& answer)>;

/// Compares one row with the answers and counts it. `numbering` is the column that numbers rows.
void compare_row(const CsvRow& row, std::string_view numbering, const std::vector<Answer>& answers,
                 const IsOddity& is_oddity, ReplayCount& count);

}  // namespace faultpath::scenarios
