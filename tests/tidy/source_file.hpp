// One file of the source tree, as the tidy rules see it.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace faultpath::tidy {

// `code` has as many lines as `lines`, with comments, literals and preprocessor directives blanked
// out, so that a rule about code cannot trip over text. Empty for a file that is not C++.
struct SourceFile {
  std::string path;  // from the root, with '/'
  std::vector<std::string> lines;
  std::vector<std::string> code;

  bool is_cpp() const;
  bool is_header() const;
};

// Makes a SourceFile of a text; `path` decides whether it is C++.
SourceFile parse_source(std::string path, const std::string& text);

// Every text file below the root that is written by hand: not build folders, results, recorded
// data.
std::vector<SourceFile> load_tree(const std::filesystem::path& root);

}  // namespace faultpath::tidy
