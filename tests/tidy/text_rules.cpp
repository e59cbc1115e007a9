// Rules about the text of a file: its opening, line lengths, reasons for what is left to do, paths.
#include <algorithm>
#include <array>
#include <string_view>

#include "tests/tidy/rules.hpp"

namespace faultpath::tidy {
namespace {

constexpr std::ptrdiff_t kColumns = 100;

// Written in two halves, so that this file does not find itself.
constexpr std::string_view kToDo =
    "TO"
    "DO";
constexpr std::array<std::string_view, 3> kHomes{
    "/ho"
    "me/",
    "/ro"
    "ot/",
    "/Us"
    "ers/"};

// In characters: the bytes of UTF-8 that do not continue one.
std::ptrdiff_t columns(std::string_view line) {
  return std::ranges::count_if(line, [](char c) { return (c & 0xC0) != 0x80; });
}

// A reason stands in parentheses right after the word.
bool lacks_reason(std::string_view line) {
  const auto at = line.find(kToDo);
  if (at == line.npos) return false;
  const auto rest = line.substr(at + kToDo.size());
  return !rest.starts_with('(') || rest.find(')') < 4;
}

void check_line(const SourceFile& file, std::size_t index, Findings& findings) {
  const auto& line = file.lines[index];
  const auto report = [&](const char* what) { findings.push_back({file.path, index + 1, what}); };
  if (columns(line) > kColumns) report("more than 100 columns");
  if (line.find('\t') != line.npos) report("a tab");
  if (line.ends_with(' ')) report("blanks at the end of a line");
  if (lacks_reason(line)) report("something left to do without a reason in parentheses");
}

// The sentence may need a second line.
bool opens_with_sentence(const SourceFile& file) {
  const auto is_comment = [&](std::size_t i) {
    return i < file.lines.size() && file.lines[i].starts_with("// ");
  };
  if (!is_comment(0)) return false;
  return file.lines[0].ends_with('.') || (is_comment(1) && file.lines[1].ends_with('.'));
}

}  // namespace

void check_text(const SourceFile& file, Findings& findings) {
  if (!file.is_cpp()) return;
  if (!opens_with_sentence(file)) {
    findings.push_back({file.path, 1, "the file does not open with a comment of one sentence"});
  }
  if (file.is_header() && std::ranges::find(file.lines, "#pragma once") == file.lines.end()) {
    findings.push_back({file.path, 1, "no #pragma once"});
  }
  for (std::size_t i = 0; i < file.lines.size(); ++i) check_line(file, i, findings);
}

void check_machine_paths(const SourceFile& file, const std::string& root, Findings& findings) {
  for (std::size_t i = 0; i < file.lines.size(); ++i) {
    const auto& line = file.lines[i];
    const bool home =
        std::ranges::any_of(kHomes, [&](auto path) { return line.find(path) != line.npos; });
    if (!home && line.find(root) == line.npos) continue;
    findings.push_back({file.path, i + 1, "a path of one machine"});
  }
}

}  // namespace faultpath::tidy
