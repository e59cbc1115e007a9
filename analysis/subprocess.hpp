// Another program, run to its end, and the folder for what it reads and writes.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace faultpath::analysis {

/// A new folder for temporary files; removed at the end with all that is in it.
class ScratchFolder {
 public:
  /// Throws std::runtime_error when none can be made.
  ScratchFolder();
  ~ScratchFolder();
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path write(const char* name, std::string_view text) const;
  /// The last line of a file that says something; empty without one.
  std::string last_line(const char* name) const;

 private:
  std::filesystem::path path_;
};

/// Runs `arguments`, whose first is the program, in PATH unless it has a slash. What it writes to
/// stderr goes into the file `log`. Its exit status; -1 when a signal ended it, 127 when it cannot
/// be run. Throws std::runtime_error when there is no process to be had.
int run_to_end(const std::vector<std::string>& arguments, const std::filesystem::path& log);

}  // namespace faultpath::analysis
