// What the cells of published tables mean.
#pragma once

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>
#include <string>
#include <string_view>

#include "analysis/published/row.hpp"
#include "scenarios/suggestion.hpp"
#include "scenarios/validation/csv_table.hpp"

namespace faultpath::cli {

/// A number above 0. Throws ConfigError, as all of these.
inline double positive(const scenarios::CsvRow& row, std::string_view column) {
  const double value = row.real(column);
  if (value <= 0.0) row.fail(column, "a number above 0");
  return value;
}

/// 0 where the cell is empty or there is no such column.
inline double real_or_zero(const scenarios::CsvRow& row, std::string_view column) {
  return row.has(column) && !row.empty(column) ? row.real(column) : 0.0;
}

/// One of the words.
template <std::size_t size>
std::size_t word(const scenarios::CsvRow& row, std::string_view column,
                 const std::string_view (&words)[size]) {
  const auto* const found = std::ranges::find(words, row.text(column));
  if (found == std::end(words))
    row.fail(column, scenarios::listed({std::begin(words), std::end(words)}));
  return static_cast<std::size_t>(found - std::begin(words));
}

inline analysis::RowUse use_of(const scenarios::CsvRow& row) {
  constexpr std::string_view kUses[] = {"fit", "predict", "input"};
  return static_cast<analysis::RowUse>(word(row, "use", kUses));
}

/// Half a unit of the last digit: 0.05 for `0.1`, 0.5 for `12`.
inline double half_digit_of(std::string_view text) {
  int exponent = 0;
  const auto e = text.find_first_of("eE");
  if (e != text.npos) {
    const auto digits = text.substr(text[e + 1] == '+' ? e + 2 : e + 1);
    std::from_chars(digits.data(), digits.data() + digits.size(), exponent);
    text = text.substr(0, e);
  }
  const auto point = text.find('.');
  const auto decimals = point == text.npos ? 0 : static_cast<int>(text.size() - point) - 1;
  return 0.5 * std::pow(10.0, exponent - decimals);
}

/// Absent where the cell is empty, which is an error in a row to fit to.
inline std::optional<analysis::Printed> printed(const scenarios::CsvRow& row,
                                                std::string_view column) {
  if (row.empty(column)) {
    if (use_of(row) == analysis::RowUse::fit) row.fail(column, "a value in a row to fit to");
    return std::nullopt;
  }
  return analysis::Printed{positive(row, column), half_digit_of(row.text(column))};
}

}  // namespace faultpath::cli
