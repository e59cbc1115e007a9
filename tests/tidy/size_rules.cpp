// Rules about the size of files and functions.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "tests/tidy/items.hpp"
#include "tests/tidy/rules.hpp"

namespace faultpath::tidy {
namespace {

constexpr std::size_t kLongestFile = 300;     // lines
constexpr std::size_t kLongestFunction = 70;  // lines, its signature included

// A file that is longer than it may be, and how long it is. Only ever shorter: one that has shrunk
// must be written so here, or struck out.
struct Debt {
  std::string_view path;
  std::size_t lines;
};
constexpr std::array kDebts{
    Debt{"models/assembly/system.cpp", 338},
};

void check_file(const SourceFile& file, Findings& findings) {
  const auto debt = std::ranges::find(kDebts, file.path, &Debt::path);
  const auto most = debt == kDebts.end() ? kLongestFile : debt->lines;
  const auto lines = file.lines.size();
  if (lines > most) {
    findings.push_back({file.path, most, fmt::format("file of {} lines", lines)});
  } else if (debt != kDebts.end() && lines < most) {
    findings.push_back(
        {file.path, 1, fmt::format("a debt of {} lines has shrunk to {}", most, lines)});
  }
}

}  // namespace

void check_sizes(const SourceFile& file, Findings& findings) {
  if (!file.is_cpp()) return;
  check_file(file, findings);
  for (const auto& item : find_items(file)) {
    const auto lines = item.last_line - item.first_line + 1;
    if (item.kind != Item::Kind::kFunction || lines <= kLongestFunction) continue;
    findings.push_back({file.path, item.first_line, fmt::format("function of {} lines", lines)});
  }
}

}  // namespace faultpath::tidy
