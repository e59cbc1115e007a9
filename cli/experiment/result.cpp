// The layout of result.json and the atomic replacement of a directory.
#include "cli/experiment/result.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cctype>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <memory>

#include "cli/interrupt.hpp"
#include "cli/usage_error.hpp"

namespace faultpath::cli {
namespace {

namespace fs = std::filesystem;
using analysis::Json;

constexpr auto kResultFile = "result.json";
constexpr auto kSummaryFile = "summary.txt";

// Text that is not UTF-8 cannot stand in JSON.
std::string dumped(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

// The members of an object, or the elements of an array, one on each line.
std::string lines_of(const Json& json) {
  if (!json.is_structured() || json.empty()) return dumped(json);
  std::string text(1, json.is_object() ? '{' : '[');
  const char* separator = "\n";
  for (const auto& [key, value] : json.items()) {
    text += separator;
    if (json.is_object()) text += dumped(key) + ": ";
    text += dumped(value);
    separator = ",\n";
  }
  return text + (json.is_object() ? "\n}" : "\n]");
}

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};

// The reason is that of the system: a full disk shows at the latest when the file is closed.
void write_file(const fs::path& path, const std::string& text) {
  std::unique_ptr<std::FILE, CloseFile> file(std::fopen(path.c_str(), "wb"));
  const bool written = file && std::fwrite(text.data(), 1, text.size(), file.get()) == text.size();
  if (written && std::fclose(file.release()) == 0) return;
  throw UsageError(fmt::format("cannot write {}: {}", path.string(), std::strerror(errno)));
}

bool is_mount_point(const fs::path& path) {
  struct statx about{};
  return statx(AT_FDCWD, path.c_str(), 0, 0, &about) == 0 &&
         (about.stx_attributes & STATX_ATTR_MOUNT_ROOT) != 0;
}

// The directory is replaced as a whole, by renaming.
void check_renamable(const fs::path& path, const std::string& directory) {
  const char* const what = fs::equivalent(path, fs::current_path()) ? "the working directory"
                           : is_mount_point(path)                   ? "a mount point"
                                                                    : nullptr;
  if (what == nullptr) return;
  throw UsageError(fmt::format(
      "{} is {}, and cannot be replaced by a result; name a directory in it", directory, what));
}

// Tries to make a folder where the run will make its own at the end.
void check_writable(const fs::path& parent) {
  const auto trial = parent / fmt::format(".faultpath-{}", getpid());
  if (mkdir(trial.c_str(), 0777) != 0) {
    throw UsageError(
        fmt::format("cannot write into {}: {}", parent.string(), std::strerror(errno)));
  }
  rmdir(trial.c_str());
}

// The path without links and trailing slashes, so that a sibling can be named after it.
fs::path normal(const std::string& directory) {
  const auto path = fs::weakly_canonical(fs::absolute(directory));
  return path.has_filename() ? path : path.parent_path();
}

// The directory itself or the nearest one above it that exists.
fs::path nearest_existing(fs::path path) {
  while (!fs::exists(path)) path = path.parent_path();
  return path;
}

void check_contents(const fs::path& path, const std::string& directory) {
  for (const auto& entry : fs::directory_iterator{path}) {
    const auto name = entry.path().filename();
    if (name == kResultFile || name == kSummaryFile) continue;
    throw UsageError(
        fmt::format("{} exists and holds {}, which is no part of a result; name another directory "
                    "with --out",
                    directory, name.string()));
  }
}

// Swaps in one step where the file system can, so that there is a result at every moment.
void replace(const fs::path& fresh, const fs::path& directory) {
  if (!fs::exists(directory)) return fs::rename(fresh, directory);
  if (renameat2(AT_FDCWD, fresh.c_str(), AT_FDCWD, directory.c_str(), RENAME_EXCHANGE) == 0) {
    fs::remove_all(fresh);
    return;
  }
  const auto old = fs::path{fresh.string() + ".old"};
  fs::rename(directory, old);
  fs::rename(fresh, directory);
  fs::remove_all(old);
}

// Removes itself unless it has been renamed.
class FreshDirectory {
 public:
  explicit FreshDirectory(const fs::path& final_path)
      : path_(fmt::format("{}.partial-{}", final_path.string(), getpid())) {
    if (path_.has_parent_path()) fs::create_directories(path_.parent_path());
    fs::create_directory(path_);
  }
  ~FreshDirectory() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  FreshDirectory(const FreshDirectory&) = delete;
  FreshDirectory& operator=(const FreshDirectory&) = delete;

  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

}  // namespace

std::string result_text(const Json& result) {
  std::string text = "{";
  const char* separator = "\n";
  for (const auto& [key, value] : result.items()) {
    text += separator + dumped(key) + ": ";
    text += key == "scenario" ? dumped(value) : lines_of(value);
    separator = ",\n";
  }
  return text + "\n}\n";
}

std::string default_directory(std::string name, const char* command) {
  for (char& c : name)
    if (!std::isalnum(static_cast<unsigned char>(c)) && c != '_' && c != '.') c = '-';
  return fmt::format("results/{}-{}", name, command);
}

void check_replaceable(const std::string& directory) {
  try {
    const auto path = normal(directory);
    if (!fs::is_directory(nearest_existing(path)))
      throw UsageError(
          fmt::format("{} exists and is not a directory", nearest_existing(path).string()));
    if (fs::exists(path)) {
      check_renamable(path, directory);
      check_contents(path, directory);
    }
    check_writable(nearest_existing(path.parent_path()));
  } catch (const fs::filesystem_error& error) {
    throw UsageError(fmt::format("cannot write {}: {}", directory, error.code().message()));
  }
}

void write_result(const std::string& directory, const std::string& result,
                  const std::string& summary) {
  try {
    const auto path = normal(directory);
    const FreshDirectory fresh(path);
    write_file(fresh.path() / kResultFile, result);
    write_file(fresh.path() / kSummaryFile, summary);
    throw_if_interrupted();
    check_replaceable(directory);
    replace(fresh.path(), path);
  } catch (const fs::filesystem_error& error) {
    throw UsageError(fmt::format("cannot write {}: {}", directory, error.code().message()));
  }
}

}  // namespace faultpath::cli
