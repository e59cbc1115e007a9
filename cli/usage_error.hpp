// UsageError: what the user asked for cannot be done, apart from what a scenario says.
#pragma once

#include <stdexcept>

namespace faultpath::cli {

/// Exit status 2; what() is one line.
class UsageError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace faultpath::cli
