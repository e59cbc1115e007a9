// Looks for the folder from where the user is, then in the tree.
#include "cli/profiles.hpp"

#include <filesystem>
#include <initializer_list>

namespace faultpath::cli {

std::string profile_folder() {
  namespace fs = std::filesystem;
  std::error_code missing;
  for (const fs::path candidate : {"scenarios", ".", FAULTPATH_SCENARIOS}) {
    const auto folder = candidate / "profiles";
    if (fs::is_directory(folder, missing)) return folder.string();
  }
  return {};
}

}  // namespace faultpath::cli
