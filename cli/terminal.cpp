// Asks the C library.
#include "cli/terminal.hpp"

#include <unistd.h>

#include <cstdlib>
#include <string_view>

namespace faultpath::cli {

bool stderr_is_terminal() { return isatty(STDERR_FILENO) != 0; }

// NO_COLOR counts when it is not empty (no-color.org).
bool stdout_has_colour() {
  const char* objection = std::getenv("NO_COLOR");
  if (objection != nullptr && *objection != '\0') return false;
  const char* terminal = std::getenv("TERM");
  if (terminal != nullptr && std::string_view{terminal} == "dumb") return false;
  return isatty(STDOUT_FILENO) != 0;
}

}  // namespace faultpath::cli
