// Finding and replaying the files of a folder of vectors.
#include "scenarios/validation/vector_folder.hpp"

#include <algorithm>
#include <filesystem>
#include <set>

#include "scenarios/config_error.hpp"
#include "scenarios/validation/page_request_sequence.hpp"
#include "scenarios/validation/walk_oddities.hpp"
#include "scenarios/validation/walk_vectors.hpp"

namespace faultpath::scenarios {
namespace {

namespace fs = std::filesystem;

constexpr auto kManifest = "manifest.csv";

/// Names of the files of a folder with this ending, in order; none when there is no folder.
std::set<std::string> files_in(const fs::path& folder, const std::string& ending) {
  std::set<std::string> names;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(folder, ignored)) {
    const auto name = entry.path().filename().string();
    if (name.ends_with(ending) && name != kManifest) names.insert(name);
  }
  return names;
}

/// A manifest and the folder that it describes.
class Listing {
 public:
  /// `ending` is what the names in `column` lack to be those of files.
  Listing(const fs::path& folder, const char* column, const std::string& ending)
      : table_(CsvTable::read((folder / kManifest).string())) {
    std::set<std::string> listed;
    for (std::size_t i = 0; i < table_.rows(); ++i) {
      listed.insert(table_.row(i).text(column) + ending);
    }
    for (const auto& name : files_in(folder, ending.empty() ? ".csv" : ending)) {
      if (!listed.contains(name))
        throw file_error((folder / name).string(), "not listed in manifest.csv");
    }
  }

  const CsvTable& table() const { return table_; }

 private:
  CsvTable table_;
};

void replay_pri(const fs::path& folder, VectorReport& report) {
  const Listing listing(folder, "file", "");
  for (std::size_t i = 0; i < listing.table().rows(); ++i) {
    const CsvRow row = listing.table().row(i);
    const auto& name = row.text("file");
    report.exotic += row.flag("exotic");
    replay_page_requests(CsvTable::read((folder / name).string()), report.page_requests);
  }
}

WalkOddities oddities_of(const fs::path& folder) {
  WalkOddities oddities;
  for (const auto& name : files_in(folder, "-walk-oddities.csv")) {
    oddities.add(CsvTable::read((folder / name).string()));
  }
  return oddities;
}

void replay_walk(const fs::path& folder, const WalkOddities& oddities, VectorReport& report) {
  const Listing listing(folder, "name", ".vec.csv");
  for (std::size_t i = 0; i < listing.table().rows(); ++i) {
    const CsvRow manifest = listing.table().row(i);
    const auto& name = manifest.text("name");
    const auto entries = CsvTable::read((folder / (name + ".table.csv")).string());
    const auto vectors = CsvTable::read((folder / (name + ".vec.csv")).string());
    const auto excused = [&](const CsvRow& row, const Answer& answer) {
      return oddities.excuse(name, row, answer);
    };
    replay_walks(manifest, entries, vectors, excused, report.walks);
  }
}

}  // namespace

VectorReport replay_vectors(const std::string& folder) {
  const fs::path root(folder);
  const fs::path pri = root / "pri";
  const fs::path walk = root / "walk";
  if (!fs::is_directory(root)) throw file_error(folder, "expected a folder of vectors");
  if (!fs::is_directory(pri) && !fs::is_directory(walk))
    throw file_error(folder, "expected a folder pri or walk in it");
  VectorReport report;
  if (fs::is_directory(pri)) replay_pri(pri, report);
  if (fs::is_directory(walk)) replay_walk(walk, oddities_of(root / "xcheck"), report);
  return report;
}

}  // namespace faultpath::scenarios
