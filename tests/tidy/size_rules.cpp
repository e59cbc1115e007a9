// Rules about the size of files and functions.
#include <fmt/format.h>

#include "tests/tidy/items.hpp"
#include "tests/tidy/rules.hpp"

namespace faultpath::tidy {
namespace {

constexpr std::size_t kLongestFile = 300;     // lines
constexpr std::size_t kLongestFunction = 70;  // lines, its signature included

}  // namespace

void check_sizes(const SourceFile& file, Findings& findings) {
  if (!file.is_cpp()) return;
  if (file.lines.size() > kLongestFile) {
    findings.push_back(
        {file.path, kLongestFile, fmt::format("file of {} lines", file.lines.size())});
  }
  for (const auto& item : find_items(file)) {
    const auto lines = item.last_line - item.first_line + 1;
    if (item.kind != Item::Kind::kFunction || lines <= kLongestFunction) continue;
    findings.push_back({file.path, item.first_line, fmt::format("function of {} lines", lines)});
  }
}

}  // namespace faultpath::tidy
