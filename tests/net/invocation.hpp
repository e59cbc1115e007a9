// Runs the program in a child of this process and keeps what it said.
#pragma once

#include <string>
#include <vector>

namespace faultpath::net {

struct Said {
  int status = 0;  ///< of the program; 128 and the signal where one ended it
  std::string out, err;
  double processor_s = 0.0;  ///< of the program and its workers
};

/// Calls run_program() with these arguments. Each process gets so many seconds of a processor.
Said invoke(const std::vector<std::string>& arguments, unsigned seconds);

}  // namespace faultpath::net
