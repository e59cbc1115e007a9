// Hands the page's data to the figure script.
#include "analysis/report/figures.hpp"

#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>

#include "analysis/report/files.hpp"
#include "analysis/report/page.hpp"

namespace faultpath::analysis::report {
namespace {

namespace fs = std::filesystem;

// Debian's, which has Debian's Matplotlib; another in PATH may have none.
constexpr auto kPython = "/usr/bin/python3";

// What the script reads and runs; removed at the end.
class Scratch {
 public:
  Scratch() {
    auto name = (fs::temp_directory_path() / "faultpath-figures-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("cannot write into " + name);
    path_ = name;
  }
  ~Scratch() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

  fs::path write(const char* name, std::string_view text) const {
    std::ofstream(path_ / name, std::ios::binary) << text;
    return path_ / name;
  }
  std::string log() const {
    std::ifstream file(path_ / "log");
    std::string line, last;
    while (std::getline(file, line))
      if (!line.empty()) last = line;
    return last;
  }
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

int wait_for_python(const std::vector<std::string>& arguments, const fs::path& log) {
  std::vector<char*> words;
  for (const auto& argument : arguments) words.push_back(const_cast<char*>(argument.c_str()));
  words.push_back(nullptr);
  const pid_t child = fork();
  if (child < 0) throw std::runtime_error("cannot start another process");
  if (child == 0) {
    if (std::freopen(log.c_str(), "w", stderr) == nullptr) _exit(127);
    execv(kPython, words.data());
    _exit(127);
  }
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

}  // namespace

void write_figures(const std::vector<Source>& sources, const std::string& directory) {
  fs::create_directories(directory);
  const Scratch scratch;
  const auto script = scratch.write("figures.py", kFigureScript);
  const auto data = scratch.write("data.json", page_data(sources));
  const int status = wait_for_python({kPython, "-I", script.string(), data.string(), directory},
                                     scratch.path() / "log");
  if (status != 0)
    throw Missing(fmt::format("the figures need {} with Matplotlib (python3-matplotlib): {}",
                              kPython, scratch.log()));
}

}  // namespace faultpath::analysis::report
