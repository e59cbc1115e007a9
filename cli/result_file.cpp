// Finds and decompresses.
#include "cli/result_file.hpp"

#include <filesystem>

#include "scenarios/decompression.hpp"

namespace faultpath::cli {
namespace {

std::string file_of(const std::string& path) {
  namespace fs = std::filesystem;
  std::error_code missing;
  return fs::is_directory(path, missing) ? (fs::path{path} / "result.json").string() : path;
}

}  // namespace

analysis::Result read_result_file(const std::string& path, analysis::Detail detail) {
  return analysis::read_result(result_file_text(path), file_of(path), detail);
}

std::string result_file_text(const std::string& path) {
  return scenarios::read_text(file_of(path));
}

}  // namespace faultpath::cli
