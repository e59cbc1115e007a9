// A folder for the files of one test, and short ways to load a scenario in it.
#pragma once

#include <string>
#include <vector>

#include "scenarios/scenario.hpp"

namespace faultpath::scenarios {

/// Removes itself and all that is in it.
class Scratch {
 public:
  Scratch();
  ~Scratch();
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

  /// Writes a file below the folder, with its folders; its path.
  std::string write(const std::string& name, const std::string& text) const;
  std::string path(const std::string& name) const { return folder_ + "/" + name; }

  /// Loads a scenario of this text.
  Scenario load(const std::string& text, const std::vector<std::string>& sets = {}) const;
  /// The error that loading it gives, without the folder's path; fails the test when it gives none.
  std::string error(const std::string& text, const std::vector<std::string>& sets = {}) const;
  /// A text without the folder's path.
  std::string shortened(std::string text) const;

 private:
  std::string folder_;
};

/// A scenario that is complete; `more` is added to it.
std::string minimal(const std::string& more = "");
/// One whose only device has this workload.
std::string with_workload(const std::string& workload);

}  // namespace faultpath::scenarios
