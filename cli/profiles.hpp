// Where the shipped profiles lie.
#pragma once

#include <string>

namespace faultpath::cli {

/// The folder profiles/ of ./scenarios, of the working directory, or of the tree that the program
/// was built from; empty when there is none.
std::string profile_folder();

}  // namespace faultpath::cli
