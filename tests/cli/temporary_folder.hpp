// A folder for the files of one test.
#pragma once

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include "analysis/subprocess.hpp"

namespace faultpath::cli {

/// Removed with all that is in it at the end of the test.
class TemporaryFolder {
 public:
  const std::filesystem::path& path() const { return folder_.path(); }
  /// Writes a file and returns its path.
  std::string write(const std::string& name, const std::string& text) const {
    return folder_.write(name.c_str(), text).string();
  }

 private:
  analysis::ScratchFolder folder_;
};

inline std::string read_text(const std::filesystem::path& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

}  // namespace faultpath::cli
