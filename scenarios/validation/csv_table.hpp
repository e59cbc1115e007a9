// Strict CSV: one header, as many cells in every line as there are columns. A cell in quotes may
// hold commas, and "" for a quote (RFC 4180), but no end of line. Empty lines may follow the last.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace faultpath::scenarios {

/// The cells of one line, by the names of their columns. Each throws ConfigError with file and line
/// when there is no such column or the text is not what is asked for. Lives as long as its table.
class CsvRow;

class CsvTable {
 public:
  /// `name` is the file in errors.
  CsvTable(std::string name, std::string text);
  /// Throws ConfigError when the file cannot be read.
  static CsvTable read(const std::string& path);

  const std::string& name() const { return name_; }
  bool has(std::string_view column) const { return columns_.contains(std::string(column)); }
  /// Throws ConfigError when a column is neither in `required` nor in `optional`, or a required one
  /// is missing.
  void expect_columns(std::span<const std::string_view> required,
                      std::span<const std::string_view> optional) const;
  std::size_t rows() const { return rows_; }
  CsvRow row(std::size_t index) const;

 private:
  friend class CsvRow;

  void add_line(std::string_view line, unsigned number);
  std::vector<std::string> split(std::string_view line, unsigned number) const;

  std::string name_;
  std::unordered_map<std::string, std::size_t> columns_;
  std::vector<std::string> cells_;  // row by row
  std::size_t rows_ = 0;
};

class CsvRow {
 public:
  CsvRow(const CsvTable& table, std::size_t index) : table_(table), index_(index) {}

  const std::string& text(std::string_view column) const;
  bool empty(std::string_view column) const { return text(column).empty(); }
  bool has(std::string_view column) const { return table_.has(column); }
  std::uint64_t decimal(std::string_view column) const { return number(column, 10); }
  std::uint64_t hex(std::string_view column) const { return number(column, 16); }
  /// A finite number that is not negative, as `12`, `0.5`, `3e4`.
  double real(std::string_view column) const;
  /// 0 or 1.
  bool flag(std::string_view column) const;

  const std::string& file() const { return table_.name(); }
  /// Line in the file, the header being line 1.
  unsigned line() const { return static_cast<unsigned>(index_) + 2; }
  [[noreturn]] void fail(std::string_view column, const std::string& expected) const;

 private:
  std::uint64_t number(std::string_view column, int base) const;

  const CsvTable& table_;
  std::size_t index_;
};

}  // namespace faultpath::scenarios
