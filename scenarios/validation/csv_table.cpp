// Splitting CSV.
#include "scenarios/validation/csv_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <fstream>
#include <iterator>

#include "scenarios/config_error.hpp"
#include "scenarios/suggestion.hpp"

namespace faultpath::scenarios {
namespace {

// The text behind its last line that is not empty is cut off.
std::string_view without_empty_lines(std::string_view text) {
  const auto last = text.find_last_not_of("\r\n");
  return last == text.npos ? std::string_view{} : text.substr(0, last + 1);
}

}  // namespace

CsvTable::CsvTable(std::string name, std::string text) : name_(std::move(name)) {
  std::string_view rest = text;
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";  // as spreadsheets write it
  if (rest.starts_with(kByteOrderMark)) rest.remove_prefix(kByteOrderMark.size());
  rest = without_empty_lines(rest);
  for (unsigned number = 1; !rest.empty(); ++number) {
    const auto end = rest.find('\n');
    std::string_view line = rest.substr(0, end);
    rest.remove_prefix(end == rest.npos ? rest.size() : end + 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    add_line(line, number);
  }
  if (columns_.empty()) throw file_error(name_, "expected a header line, found an empty file");
}

CsvTable CsvTable::read(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::string text(std::istreambuf_iterator<char>(in), {});
  if (!in) throw file_error(path, "cannot be read");
  return {path, std::move(text)};
}

std::vector<std::string> CsvTable::split(std::string_view line, unsigned number) const {
  std::vector<std::string> cells(1);
  bool quoted = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const bool quote = line[i] == '"' && (quoted || cells.back().empty());
    if (quote && quoted && line.substr(i + 1).starts_with('"')) {
      cells.back() += line[++i];
    } else if (quote) {
      quoted = !quoted;
    } else if (line[i] == ',' && !quoted) {
      cells.emplace_back();
    } else {
      cells.back() += line[i];
    }
  }
  if (quoted) throw file_error(name_, "a quote without its end", number);
  return cells;
}

void CsvTable::add_line(std::string_view line, unsigned number) {
  auto cells = split(line, number);
  if (number == 1) {
    for (const std::string& cell : cells) {
      if (cell.empty()) throw file_error(name_, "a column without a name", number);
      if (!columns_.emplace(cell, columns_.size()).second)
        throw file_error(name_, fmt::format("two columns '{}'", cell), number);
    }
    return;
  }
  if (cells.size() != columns_.size()) {
    throw file_error(
        name_, fmt::format("expected {} cells, found {}", columns_.size(), cells.size()), number);
  }
  std::ranges::move(cells, std::back_inserter(cells_));
  ++rows_;
}

void CsvTable::expect_columns(std::span<const std::string_view> required,
                              std::span<const std::string_view> optional) const {
  std::vector<std::string> known(required.begin(), required.end());
  known.insert(known.end(), optional.begin(), optional.end());
  const std::pair<const std::string, std::size_t>* unknown = nullptr;  // the leftmost
  for (const auto& column : columns_) {
    if (std::ranges::find(known, column.first) != known.end()) continue;
    if (unknown == nullptr || column.second < unknown->second) unknown = &column;
  }
  if (unknown != nullptr) {
    throw file_error(
        name_,
        fmt::format("unknown column '{}'; {}", unknown->first, hint_for(unknown->first, known)), 1);
  }
  for (const auto column : required)
    if (!has(column)) throw file_error(name_, fmt::format("expected a column '{}'", column), 1);
}

CsvRow CsvTable::row(std::size_t index) const { return {*this, index}; }

const std::string& CsvRow::text(std::string_view column) const {
  const auto found = table_.columns_.find(std::string(column));
  if (found == table_.columns_.end())
    throw file_error(table_.name_, fmt::format("expected a column '{}'", column), 1);
  return table_.cells_[index_ * table_.columns_.size() + found->second];
}

bool CsvRow::flag(std::string_view column) const {
  const std::string& value = text(column);
  if (value != "0" && value != "1") fail(column, "0 or 1");
  return value == "1";
}

double CsvRow::real(std::string_view column) const {
  const std::string& digits = text(column);
  double value = 0.0;
  const auto* const end = digits.data() + digits.size();
  const auto [after, error] = std::from_chars(digits.data(), end, value);
  if (error != std::errc{} || after != end || !std::isfinite(value) || value < 0.0)
    fail(column, "a number that is not negative");
  return value;
}

std::uint64_t CsvRow::number(std::string_view column, int base) const {
  const std::string& digits = text(column);
  std::uint64_t value = 0;
  const auto* const end = digits.data() + digits.size();
  const auto [after, error] = std::from_chars(digits.data(), end, value, base);
  if (error != std::errc{} || after != end)
    fail(column, base == 16 ? "a hexadecimal number" : "a number");
  return value;
}

void CsvRow::fail(std::string_view column, const std::string& expected) const {
  throw file_error(table_.name_,
                   fmt::format("{}: expected {}, found '{}'", column, expected, text(column)),
                   line());
}

}  // namespace faultpath::scenarios
