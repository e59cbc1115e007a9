// Measures, splits into blocks and prints.
#include "cli/table.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace faultpath::cli {
namespace {

constexpr std::size_t kGap = 3;       // between columns
constexpr std::size_t kLabelGap = 2;  // between group and label

std::string_view colour_of(Style style) {
  switch (style) {
    case Style::plain:
      return "";
    case Style::bold:
      return "\033[1m";
    case Style::dim:
      return "\033[2m";
    case Style::good:
      return "\033[32m";
    case Style::bad:
      return "\033[31m";
  }
  return "";
}

struct Layout {
  std::size_t group = 0, label = 0;
  std::vector<std::size_t> columns;

  std::size_t labels() const { return group + (group > 0 ? kLabelGap : 0) + label; }
};

Layout measure(const Table& table) {
  Layout layout;
  for (const auto& name : table.header) layout.columns.push_back(width_of(name));
  for (const auto& row : table.rows) {
    layout.group = std::max(layout.group, width_of(row.group));
    layout.label = std::max(layout.label, width_of(row.label));
    for (std::size_t i = 0; i < row.cells.size(); ++i)
      layout.columns[i] = std::max(layout.columns[i], width_of(row.cells[i].text));
  }
  return layout;
}

std::string padding(std::size_t width, std::string_view text) {
  const auto used = width_of(text);
  return std::string(width > used ? width - used : 0, ' ');
}

// One line; blanks at its end are cut.
class Line {
 public:
  explicit Line(bool colour) : colour_(colour) {}

  void left(std::string_view text, std::size_t width, Style style = Style::plain) {
    put(text, style);
    text_ += padding(width, text);
  }
  void right(std::string_view text, std::size_t width, Style style = Style::plain) {
    text_ += padding(width, text);
    put(text, style);
  }
  void skip(std::size_t width) { text_ += std::string(width, ' '); }
  std::string end() {
    while (text_.ends_with(' ')) text_.pop_back();
    return text_ + "\n";
  }

 private:
  void put(std::string_view text, Style style) {
    if (!colour_ || style == Style::plain || text.empty()) {
      text_ += text;
    } else {
      text_ += fmt::format("{}{}\033[0m", colour_of(style), text);
    }
  }

  bool colour_;
  std::string text_;
};

std::string block_text(const Table& table, const Layout& layout, std::size_t first,
                       std::size_t last, bool colour) {
  Line header(colour);
  header.skip(layout.labels());
  for (std::size_t i = first; i < last; ++i)
    header.right(table.header[i], layout.columns[i] + kGap, Style::bold);
  std::string text = header.end();
  std::string_view group;
  for (const auto& row : table.rows) {
    Line line(colour);
    if (layout.group > 0)
      line.left(row.group == group ? "" : row.group, layout.group + kLabelGap, Style::bold);
    group = row.group;
    line.left(row.label, layout.label);
    for (std::size_t i = first; i < last; ++i)
      line.right(row.cells[i].text, layout.columns[i] + kGap, row.cells[i].style);
    text += line.end();
  }
  return text;
}

}  // namespace

std::size_t width_of(std::string_view text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (c & 0xC0) != 0x80; }));
}

std::string table_text(const Table& table, std::size_t columns, bool colour) {
  const Layout layout = measure(table);
  std::string text;
  for (std::size_t first = 0; first < table.header.size();) {
    std::size_t last = first;
    std::size_t width = layout.labels();
    while (last < table.header.size()) {
      width += layout.columns[last] + kGap;
      if (width > columns && last > first) break;
      ++last;
    }
    if (first > 0) text += "\n";
    text += block_text(table, layout, first, last, colour);
    first = last;
  }
  return text;
}

std::string wrapped(std::string_view text, std::size_t columns) {
  std::string lines;
  std::size_t used = 0;
  while (!text.empty()) {
    const auto word = text.substr(0, text.find(' '));
    text.remove_prefix(std::min(text.size(), word.size() + 1));
    const auto width = width_of(word);
    if (used > 0) lines += used + 1 + width > columns ? "\n" : " ";
    used = used > 0 && used + 1 + width <= columns ? used + 1 + width : width;
    lines += word;
  }
  return lines;
}

}  // namespace faultpath::cli
