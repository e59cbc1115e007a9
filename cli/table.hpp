// Text tables that fit a terminal: aligned columns, continued below where they are too many.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace faultpath::cli {

enum class Style { plain, bold, dim, good, bad };

struct Cell {
  std::string text;
  Style style = Style::plain;
};

/// Columns of a row are aligned right, its labels left. Each row has as many cells as the header.
struct TableRow {
  std::string group;  ///< shown when it differs from that of the row above
  std::string label;
  std::vector<Cell> cells;
};
struct Table {
  std::vector<std::string> header;
  std::vector<TableRow> rows;
};

/// Lines of at most `columns` characters. Columns that do not fit go into further blocks with the
/// same labels. Where labels leave no room for a cell, groups get lines of their own; where that is
/// not enough, cells stand below the labels. Only a cell wider than a line sticks out. Without
/// `colour` styles are left out.
std::string table_text(const Table& table, std::size_t columns, bool colour);

/// Breaks `text` between words into lines of at most `columns` characters.
std::string wrapped(std::string_view text, std::size_t columns);

/// Characters, not bytes, of UTF-8.
std::size_t width_of(std::string_view text);

}  // namespace faultpath::cli
