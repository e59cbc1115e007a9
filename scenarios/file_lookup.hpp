// Finding and reading the files that scenarios name.
#pragma once

#include <fstream>
#include <string>

#include "scenarios/node.hpp"

namespace faultpath::scenarios {

/// The path of the file that a node names: relative to the folder of the node's source, then to the
/// working directory. Throws ConfigError with the node's place when there is none.
std::string find_file(const Cursor& at, const std::string& named);

/// A file to read bytes from. Throws ConfigError when it is none or cannot be opened.
std::ifstream open_file(const std::string& path);

/// The bytes of a file. Throws ConfigError when it is none or cannot be read.
std::string read_file(const std::string& path);

}  // namespace faultpath::scenarios
