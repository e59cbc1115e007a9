// Cells of the walk vectors in which the reference departs from a plain reading of the
// specification.
#pragma once

#include <map>
#include <string>
#include <tuple>

#include "scenarios/validation/csv_table.hpp"
#include "scenarios/validation/replay.hpp"

namespace faultpath::scenarios {

/// The list that comes with the vectors (xcheck/*-walk-oddities.csv), or without one the two rules
/// that their README states.
class WalkOddities {
 public:
  void add(const CsvTable& list);

  /// The reference is odd in this cell, and the answer is the plain reading. `table` is the name of
  /// the pair of files.
  bool excuse(const std::string& table, const CsvRow& row, const Answer& answer) const;

 private:
  struct Reading {
    std::string reference, plain;
  };
  using Cell = std::tuple<std::string, std::string, std::string>;  // table, row, column

  std::map<Cell, Reading> cells_;
};

}  // namespace faultpath::scenarios
