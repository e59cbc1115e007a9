// Reads the source tree and blanks out what is not code.
#include "tests/tidy/source_file.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <fstream>
#include <iterator>
#include <string_view>

namespace faultpath::tidy {
namespace {

constexpr std::array<std::string_view, 5> kSkippedFolders{".git", "build", "results", "traces",
                                                          "vectors"};
constexpr std::array<std::string_view, 10> kTextEndings{"",      ".cpp",  ".hpp", ".md", ".txt",
                                                        ".yaml", ".json", ".sh",  ".py", ".ipynb"};

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_'; }

// Walks over a text and overwrites comments and literals with blanks; line ends stay.
class Scrubber {
 public:
  explicit Scrubber(std::string text) : text_{std::move(text)} {}

  std::string scrub() {
    while (at_ < text_.size()) step();
    return std::move(text_);
  }

 private:
  void step() {
    if (starts("//")) {
      blank_to(text_.find('\n', at_));
    } else if (starts("/*")) {
      blank_past(text_.find("*/", at_ + 2), 2);
    } else if (starts("R\"") && (at_ == 0 || !is_word(text_[at_ - 1]))) {
      blank_raw_string();
    } else if (text_[at_] == '"' ||
               (text_[at_] == '\'' && (at_ == 0 || !is_word(text_[at_ - 1])))) {
      blank_literal(text_[at_]);
    } else {
      ++at_;
    }
  }

  bool starts(std::string_view word) const { return text_.compare(at_, word.size(), word) == 0; }

  void blank_to(std::size_t end) {
    end = std::min(end, text_.size());
    for (; at_ < end; ++at_) {
      if (text_[at_] != '\n') text_[at_] = ' ';
    }
  }

  void blank_past(std::size_t found, std::size_t length) {
    blank_to(found == std::string::npos ? found : found + length);
  }

  void blank_raw_string() {
    const auto open = text_.find('(', at_);
    if (open == std::string::npos) return blank_to(open);
    const auto closing = ")" + text_.substr(at_ + 2, open - at_ - 2) + "\"";
    blank_past(text_.find(closing, open), closing.size());
  }

  void blank_literal(char quote) {
    auto end = at_ + 1;
    while (end < text_.size() && text_[end] != quote && text_[end] != '\n') {
      end += text_[end] == '\\' ? 2 : 1;
    }
    blank_to(end + 1);
  }

  std::string text_;
  std::size_t at_ = 0;
};

std::vector<std::string> split_lines(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t start = 0; start < text.size();) {
    const auto end = std::min(text.find('\n', start), text.size());
    lines.push_back(text.substr(start, end - start));
    start = end + 1;
  }
  return lines;
}

void blank_directives(std::vector<std::string>& code) {
  bool continued = false;
  for (auto& line : code) {
    const auto first = line.find_first_not_of(' ');
    const bool directive = continued || (first != std::string::npos && line[first] == '#');
    continued = directive && line.ends_with('\\');
    if (directive) line.clear();
  }
}

bool is_text(const std::filesystem::path& path) {
  return std::ranges::find(kTextEndings, path.extension().string()) != kTextEndings.end();
}

bool is_skipped(const std::filesystem::path& folder) {
  return std::ranges::find(kSkippedFolders, folder.filename().string()) != kSkippedFolders.end();
}

}  // namespace

bool SourceFile::is_header() const { return path.ends_with(".hpp"); }
bool SourceFile::is_cpp() const { return is_header() || path.ends_with(".cpp"); }

SourceFile parse_source(std::string path, const std::string& text) {
  SourceFile file{std::move(path), split_lines(text), {}};
  if (file.is_cpp()) {
    file.code = split_lines(Scrubber{text}.scrub());
    blank_directives(file.code);
  }
  return file;
}

std::vector<SourceFile> load_tree(const std::filesystem::path& root) {
  std::vector<SourceFile> files;
  for (auto it = std::filesystem::recursive_directory_iterator{root}; it != end(it); ++it) {
    if (it->is_directory() && is_skipped(it->path())) it.disable_recursion_pending();
    if (!it->is_regular_file() || !is_text(it->path())) continue;
    std::ifstream in{it->path()};
    const std::string text{std::istreambuf_iterator<char>{in}, {}};
    files.push_back(parse_source(it->path().lexically_relative(root).generic_string(), text));
  }
  std::ranges::sort(files, {}, &SourceFile::path);
  return files;
}

}  // namespace faultpath::tidy
