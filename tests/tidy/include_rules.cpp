// Rules about what a folder includes and uses: arrows, package homes, forbidden words.
#include <algorithm>
#include <optional>
#include <string_view>

#include "tests/tidy/rules.hpp"

namespace faultpath::tidy {
namespace {

struct Permission {
  std::string_view subject;
  std::vector<std::string_view> allowed;
};

// A folder and the folders that it may include. Tests take the row of the folder that they mirror.
const std::vector<Permission> kArrows{
    {"sim", {"sim"}},
    {"models", {"sim", "models"}},
    {"scenarios", {"sim", "models", "scenarios"}},
    {"analysis", {"analysis"}},
    {"cli", {"sim", "models", "scenarios", "analysis", "cli"}},
    {"bench", {"sim", "models", "scenarios", "analysis", "bench"}},
};

// A room of models and the rooms that it may include, itself left out.
const std::vector<Permission> kRooms{
    {"base", {}},
    {"metrics", {"base"}},
    {"cpu", {"base", "metrics"}},
    {"fabric", {"base"}},
    {"memory", {"base", "metrics", "cpu"}},
    {"iommu", {"base", "metrics", "cpu", "memory"}},
    {"device", {"base", "metrics", "fabric"}},
    {"strategy", {"base", "metrics", "cpu", "memory"}},
    {"kernel", {"base", "metrics", "cpu", "memory", "iommu", "strategy"}},
    {"guest", {"base", "metrics", "cpu", "memory", "iommu", "strategy", "kernel"}},
    {"assembly",
     {"base", "metrics", "cpu", "fabric", "memory", "iommu", "device", "strategy", "kernel",
      "guest"}},
};

// The beginning of a package's header and the beginnings of the paths that may include it.
const std::vector<Permission> kHomes{
    {"simgrid/", {"sim/", "bench/"}},
    {"xbt/", {"sim/", "bench/"}},
    {"boost/histogram", {"sim/"}},
    {"boost/random", {"sim/"}},
    {"Random123/", {"sim/"}},
    {"boost/graph/", {"models/fabric", "models/assembly/topology_dot", "analysis/blame"}},
    {"Eigen/", {"analysis/"}},
    {"simdjson", {"analysis/"}},
    {"yaml-cpp/", {"scenarios/"}},
    {"zstd", {"scenarios/"}},
    {"sodium", {"scenarios/"}},
    {"CLI/", {"cli/"}},
    {"benchmark/", {"bench/"}},
    {"systemc", {"bench/"}},
    {"ns3/", {"bench/"}},
    {"gtest/", {"tests/"}},
    {"gmock/", {"tests/"}},
};

// A word and the folders that may not use it.
const std::vector<Permission> kForbidden{
    {"std::cout", {"sim/", "models/", "scenarios/", "analysis/"}},
    {"std::cerr", {"sim/", "models/", "scenarios/", "analysis/"}},
    {"fmt::print(", {"models/", "scenarios/", "analysis/"}},
    {"printf(", {"models/", "scenarios/", "analysis/"}},
    {"system_clock", {"models/"}},
    {"steady_clock", {"models/"}},
    {"std::random_device", {"sim/", "models/", "scenarios/"}},
    {"std::mt19937", {"sim/", "models/", "scenarios/"}},
    {"std::uniform_int", {"sim/", "models/", "scenarios/"}},
    {"std::normal_distribution", {"sim/", "models/", "scenarios/"}},
    {"std::exponential_distribution", {"sim/", "models/", "scenarios/"}},
};

std::string_view first_folder(std::string_view path) { return path.substr(0, path.find('/')); }

// The path that a test mirrors; any other path as it is.
std::string_view mirrored(std::string_view path) {
  return path.starts_with("tests/") ? path.substr(6) : path;
}

const Permission* find_arrow(std::string_view folder) {
  const auto row = std::ranges::find(kArrows, folder, &Permission::subject);
  return row == kArrows.end() ? nullptr : &*row;
}

bool starts_with_any(std::string_view text, const std::vector<std::string_view>& beginnings) {
  return std::ranges::any_of(beginnings, [&](auto begin) { return text.starts_with(begin); });
}

// The header that a line includes, with its opening quote or bracket.
std::optional<std::string_view> included(std::string_view line) {
  if (!line.starts_with("#include")) return std::nullopt;
  const auto open = line.find_first_of("\"<");
  if (open == std::string_view::npos) return std::nullopt;
  return line.substr(open, line.find_first_of("\">", open + 1) - open);
}

bool may_include(std::string_view path, std::string_view folder) {
  const bool test = path.starts_with("tests/");
  if (test && folder == "tests") return true;
  const auto* row = find_arrow(first_folder(mirrored(path)));
  if (row == nullptr) return test && find_arrow(folder) != nullptr;
  return std::ranges::find(row->allowed, folder) != row->allowed.end();
}

// `models/iommu/iommu.hpp` is in `iommu`; empty outside of models.
std::string_view room_of(std::string_view path) {
  constexpr std::string_view kModels = "models/";
  if (!path.starts_with(kModels)) return {};
  const auto rest = path.substr(kModels.size());
  const auto end = rest.find('/');
  return end == std::string_view::npos ? std::string_view{} : rest.substr(0, end);
}

bool contains(const std::vector<Permission>& rows, std::string_view subject,
              std::string_view room) {
  const auto row = std::ranges::find(rows, subject, &Permission::subject);
  return row != rows.end() && std::ranges::find(row->allowed, room) != row->allowed.end();
}

template <class Check>
void for_each_include(const SourceFile& file, Check check) {
  for (std::size_t i = 0; i < file.code.size(); ++i) {
    if (const auto header = included(file.lines[i]))
      check(i + 1, header->front(), header->substr(1));
  }
}

}  // namespace

void check_arrows(const SourceFile& file, Findings& findings) {
  for_each_include(file, [&](std::size_t line, char open, std::string_view header) {
    if (open != '"') return;
    const auto folder = first_folder(header);
    if (folder != "tests" && find_arrow(folder) == nullptr) {
      findings.push_back({file.path, line, "an include is written from the root of the tree"});
    } else if (!may_include(file.path, folder)) {
      findings.push_back({file.path, line, "may not include " + std::string{folder} + "/"});
    }
  });
}

void check_rooms(const SourceFile& file, Findings& findings) {
  const auto own = room_of(file.path);
  if (own.empty()) return;
  if (std::ranges::find(kRooms, own, &Permission::subject) == kRooms.end()) {
    findings.push_back({file.path, 1, "no such room: " + std::string{own}});
    return;
  }
  for_each_include(file, [&](std::size_t line, char open, std::string_view header) {
    const auto room = open == '"' ? room_of(header) : std::string_view{};
    if (room.empty() || room == own || contains(kRooms, own, room)) return;
    findings.push_back({file.path, line,
                        "may not include models/" + std::string{room} + "/ from models/" +
                            std::string{own} + "/"});
  });
}

void check_homes(const SourceFile& file, Findings& findings) {
  for_each_include(file, [&](std::size_t line, char, std::string_view header) {
    for (const auto& [package, homes] : kHomes) {
      if (!header.starts_with(package)) continue;
      if (starts_with_any(file.path, homes) || starts_with_any(mirrored(file.path), homes))
        continue;
      findings.push_back({file.path, line, std::string{package} + " has its home elsewhere"});
    }
  });
}

void check_words(const SourceFile& file, Findings& findings) {
  for (std::size_t i = 0; i < file.code.size(); ++i) {
    for (const auto& [word, folders] : kForbidden) {
      if (!starts_with_any(file.path, folders) || file.code[i].find(word) == std::string::npos)
        continue;
      findings.push_back({file.path, i + 1, std::string{word} + " has no place in this folder"});
    }
  }
}

}  // namespace faultpath::tidy
