// Which keys the rules blame for what cannot be run.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "models/assembly/run.hpp"

namespace faultpath::models {

/// The paths of all problems, in their order; each has a message.
inline std::vector<std::string> blamed(const SystemSpec& spec) {
  std::vector<std::string> paths;
  for (const SpecProblem& problem : problems_of(spec)) {
    EXPECT_FALSE(problem.message.empty());
    paths.push_back(problem.path);
  }
  return paths;
}

}  // namespace faultpath::models
