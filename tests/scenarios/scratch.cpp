// Files of a test in the system's folder for temporary ones.
#include "tests/scenarios/scratch.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>

namespace faultpath::scenarios {
namespace {

namespace fs = std::filesystem;

std::string fresh_name() {
  static std::atomic<int> number{0};
  return "faultpath-test-" + std::to_string(getpid()) + "-" + std::to_string(number++);
}

}  // namespace

Scratch::Scratch() : folder_((fs::temp_directory_path() / fresh_name()).string()) {
  fs::create_directories(folder_);
}

Scratch::~Scratch() { fs::remove_all(folder_); }

std::string Scratch::write(const std::string& name, const std::string& text) const {
  const fs::path file = path(name);
  fs::create_directories(file.parent_path());
  std::ofstream(file, std::ios::binary) << text;
  return file.string();
}

Scenario Scratch::load(const std::string& text, const std::vector<std::string>& sets) const {
  return load_scenario(write("x.yaml", text), {sets});
}

std::string Scratch::error(const std::string& text, const std::vector<std::string>& sets) const {
  try {
    load(text, sets);
  } catch (const ConfigError& error) {
    return shortened(error.what());
  }
  ADD_FAILURE() << "no error in\n" << text;
  return {};
}

std::string Scratch::shortened(std::string text) const {
  const std::string prefix = folder_ + "/";
  for (auto at = text.find(prefix); at != std::string::npos; at = text.find(prefix)) {
    text.erase(at, prefix.size());
  }
  return text;
}

std::string minimal(const std::string& more) {
  return "scenario: 1\nduration: 1ms\ndevices: [{name: nic}]\nstrategies: [iopf]\n" + more;
}

std::string with_workload(const std::string& workload) {
  return "scenario: 1\nduration: 1ms\nstrategies: [iopf]\ndevices:\n- workload: " + workload + "\n";
}

}  // namespace faultpath::scenarios
