// The rules of tidiness: each looks at one file and adds what it finds.
#pragma once

#include <string>
#include <vector>

#include "tests/tidy/source_file.hpp"

namespace faultpath::tidy {

struct Finding {
  std::string path;
  std::size_t line;  // from 1
  std::string message;

  bool operator==(const Finding&) const = default;
};
using Findings = std::vector<Finding>;

// Includes: sim <- models <- scenarios <- cli -> analysis; written from the root of the tree.
void check_arrows(const SourceFile& file, Findings& findings);
// The rooms of models: base <- metrics <- cpu <- memory <- iommu, and so on up to assembly.
void check_rooms(const SourceFile& file, Findings& findings);
// Each package is included only where it has its home.
void check_homes(const SourceFile& file, Findings& findings);
// What a folder may not use: printing below cli, wall clocks and foreign randomness in the models.
void check_words(const SourceFile& file, Findings& findings);
// Files up to 300 lines, functions up to 70.
void check_sizes(const SourceFile& file, Findings& findings);
// Classes up to 30 methods and 20 data members; constructors, destructors and what is defaulted or
// deleted left out.
void check_classes(const SourceFile& file, Findings& findings);
// snake_case files, Types, kConstants, private members_.
void check_names(const SourceFile& file, Findings& findings);
// The opening comment, #pragma once, 100 columns, no tabs, no work left without a reason.
void check_text(const SourceFile& file, Findings& findings);
// Notebooks are committed without outputs.
void check_notebook(const SourceFile& file, Findings& findings);
// No path of the machine it was written on, `root` among them; for every kind of file.
void check_machine_paths(const SourceFile& file, const std::string& root, Findings& findings);

}  // namespace faultpath::tidy
