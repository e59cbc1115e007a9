// Runs the faultpath program in a folder and keeps what it said.
#pragma once

#include <fmt/format.h>
#include <sys/wait.h>

#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string>

#include "tests/cli/temporary_folder.hpp"

namespace faultpath::cli {

struct Invocation {
  int status;
  std::string out, err;
};

/// `arguments` as a shell takes them.
inline Invocation faultpath(const TemporaryFolder& folder, const std::string& arguments) {
  const auto command = fmt::format("cd '{}' && '{}' {} >.out 2>.err </dev/null",
                                   folder.path().string(), FAULTPATH_BINARY, arguments);
  const int status = std::system(command.c_str());
  Invocation result{WEXITSTATUS(status), read_text(folder.path() / ".out"),
                    read_text(folder.path() / ".err")};
  std::filesystem::remove(folder.path() / ".out");
  std::filesystem::remove(folder.path() / ".err");
  return result;
}

/// Two strategies, two replications, some milliseconds of wall time.
inline constexpr auto kSmallScenario = R"(scenario: 1
name: small
description: Two strategies on a little memory.
stop_after: {operations: 2000}
seed: 5
replications: 2
host: {memory: 16MiB}
devices:
  - name: nic
    workload: {kind: uniform, footprint: 1MiB, queue_depth: 4}
strategies: [pin, iopf]
)";

/// A result without what may differ between two runs of the same seed.
inline nlohmann::ordered_json comparable(const std::string& result) {
  auto json = nlohmann::ordered_json::parse(result);
  for (auto& run : json.at("runs")) {
    run.erase("wall_s");
    run.erase("peak_rss_bytes");
  }
  return json;
}

}  // namespace faultpath::cli
