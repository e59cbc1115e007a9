// Measures, splits into blocks and prints.
#include "cli/table.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace faultpath::cli {
namespace {

constexpr std::size_t kGap = 3;       // between columns
constexpr std::size_t kLabelGap = 2;  // between group and label
constexpr std::size_t kIndent = 2;    // of a label below its group

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

// Where the labels of a row stand.
enum class Labels {
  beside,   // group, label and cells in one line
  grouped,  // a group in a line of its own, its labels indented below
  above     // group and label in one line, the cells below
};

struct Layout {
  Labels form = Labels::beside;
  std::size_t group = 0, label = 0;
  std::size_t grouped = 0;  // the labels when groups have lines of their own
  std::vector<std::size_t> columns;

  // What stands left of the cells.
  std::size_t labels() const {
    switch (form) {
      case Labels::beside:
        return group + (group > 0 ? kLabelGap : 0) + label;
      case Labels::grouped:
        return grouped;
      case Labels::above:
        return 0;
    }
    return 0;
  }
};

Layout measure(const Table& table) {
  Layout layout;
  for (const auto& name : table.header) layout.columns.push_back(width_of(name));
  for (const auto& row : table.rows) {
    layout.group = std::max(layout.group, width_of(row.group));
    layout.label = std::max(layout.label, width_of(row.label));
    layout.grouped = std::max(
        layout.grouped, row.label.empty() ? width_of(row.group) : kIndent + width_of(row.label));
    for (std::size_t i = 0; i < row.cells.size(); ++i)
      layout.columns[i] = std::max(layout.columns[i], width_of(row.cells[i].text));
  }
  return layout;
}

// The first form in which every cell fits; beside when none does.
Labels fitting(Layout layout, std::size_t columns) {
  const auto widest = layout.columns.empty() ? 0 : std::ranges::max(layout.columns);
  for (const auto form : {Labels::beside, Labels::grouped, Labels::above}) {
    if (form == Labels::grouped && layout.group == 0) continue;
    layout.form = form;
    if (layout.labels() + kGap + widest <= columns) return form;
  }
  return Labels::beside;
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

// What stands before the cells of a row: the lines above, and the beginning of their own.
std::string row_labels(Line& line, const Layout& layout, const TableRow& row, bool is_new_group,
                       bool colour) {
  const auto group = is_new_group ? std::string_view{row.group} : "";
  if (layout.form == Labels::grouped) {
    Line above(colour);
    above.left(group, 0, Style::bold);
    if (row.label.empty()) {
      line.left(row.group, layout.grouped, Style::bold);
    } else {
      line.skip(kIndent);
      line.left(row.label, layout.grouped - kIndent);
    }
    return group.empty() || row.label.empty() ? "" : above.end();
  }
  Line labels(colour);
  if (layout.group > 0) labels.left(group, layout.group + kLabelGap, Style::bold);
  labels.left(row.label, layout.label);
  if (layout.form == Labels::above) return labels.end();
  line = labels;
  return "";
}

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
    text += row_labels(line, layout, row, row.group != group, colour);
    group = row.group;
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
  Layout layout = measure(table);
  layout.form = fitting(layout, columns);
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
