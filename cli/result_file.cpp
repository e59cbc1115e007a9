// Finds and decompresses.
#include "cli/result_file.hpp"

#include <filesystem>

#include "scenarios/decompression.hpp"

namespace faultpath::cli {

analysis::Result read_result_file(const std::string& path, analysis::Detail detail) {
  namespace fs = std::filesystem;
  std::error_code missing;
  const auto file =
      fs::is_directory(path, missing) ? (fs::path{path} / "result.json").string() : path;
  return analysis::read_result(scenarios::read_text(file), file, detail);
}

}  // namespace faultpath::cli
