// Published tables in CSV files, each with its law applied.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "analysis/published/row.hpp"

namespace faultpath::cli {

struct PublishedTable {
  std::string name;   ///< `T1`; its file is t1.csv
  std::string title;  ///< what it is about
  std::string file;
  analysis::PublishedReport report;
};

struct PublishedTables {
  std::vector<PublishedTable> tables;
  std::vector<std::string> missing;  ///< files that the folder does not have
};

/// Reads t1.csv, t2.csv, t3.csv, t5.csv, v1.csv and v4.csv of `folder`, as far as they are there,
/// and fits the law of each. docs/validation.md says which columns they have. Throws ConfigError
/// with file and line when a table is malformed, and UsageError when there is none.
PublishedTables read_published(const std::string& folder);

}  // namespace faultpath::cli
