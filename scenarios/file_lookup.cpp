// Looks for files beside the text that names them, then in the working directory.
#include "scenarios/file_lookup.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <vector>

#include "scenarios/suggestion.hpp"

namespace faultpath::scenarios {
namespace {

namespace fs = std::filesystem;

bool is_file(const fs::path& path) {
  std::error_code ignored;
  return fs::exists(path, ignored) && !fs::is_directory(path, ignored);
}

// A file beside the one that is not there, with a name like it; empty if there is none.
std::string nearest_file(const fs::path& missing) {
  std::vector<std::string> names;
  std::error_code error;
  const fs::path folder = missing.has_parent_path() ? missing.parent_path() : ".";
  for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
    if (is_file(at->path())) names.push_back(at->path().filename().string());
  }
  std::ranges::sort(names);
  return nearest(missing.filename().string(), names);
}

// Guesses the file that was meant by a name of which there is no file; empty when there is no
// guess. A scenario may be named without its folder and suffix.
std::string meant_file(const fs::path& missing) {
  for (const auto* folder : {"", "scenarios/"}) {
    for (const auto* suffix : {"", ".yaml"}) {
      const auto path = folder + missing.string() + suffix;
      if (is_file(path)) return path;
    }
  }
  const auto near = nearest_file(missing);
  return near.empty() ? near : fs::path(missing).replace_filename(near).string();
}

}  // namespace

std::string find_file(const Cursor& at, const std::string& named) {
  const std::string folder = at.node.place.source ? at.node.place.source->folder : "";
  const auto beside = (fs::path(folder) / named).lexically_normal();
  if (is_file(beside)) return beside.string();
  if (is_file(named)) return fs::path(named).lexically_normal().string();
  const std::string near = nearest_file(beside);
  const std::string suggestion =
      near.empty() ? near : fs::path(named).replace_filename(near).string();
  if (fs::path(named).is_absolute()) {
    fail(at, fmt::format("there is no file '{}'", named), suggestion);
  }
  fail(at,
       fmt::format("there is no file '{}', neither in {} nor in the working directory", named,
                   folder.empty() ? "." : folder),
       suggestion);
}

std::ifstream open_file(const std::string& path) {
  std::error_code error;
  if (fs::is_directory(path, error)) throw file_error(path, "is a folder, not a file");
  std::ifstream in(path, std::ios::binary);
  if (!in) {
    const std::string message = fmt::format("cannot be opened: {}", std::strerror(errno));
    throw file_error(path, message, 0, is_file(path) ? "" : meant_file(path));
  }
  return in;
}

std::string read_file(const std::string& path) {
  auto in = open_file(path);
  constexpr std::size_t kChunk = 1 << 20;
  std::string bytes;
  while (in) {
    const std::size_t before = bytes.size();
    bytes.resize(before + kChunk);
    in.read(bytes.data() + before, kChunk);
    bytes.resize(before + static_cast<std::size_t>(in.gcount()));
  }
  if (in.bad()) throw file_error(path, "cannot be read");
  return bytes;
}

}  // namespace faultpath::scenarios
