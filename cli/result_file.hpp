// Results in files: as run and compare write them, or compressed as a baseline is.
#pragma once

#include <string>

#include "analysis/result_reader.hpp"

namespace faultpath::cli {

/// Reads a result from a file, compressed with zstd or not, or from the directory that holds its
/// result.json. Throws ConfigError when the file cannot be read, ResultError when it is no result.
analysis::Result read_result_file(const std::string& path,
                                  analysis::Detail detail = analysis::Detail::all);

/// Its text, decompressed.
std::string result_file_text(const std::string& path);

}  // namespace faultpath::cli
