// Asks the environment and the kernel.
#include "cli/terminal.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cstdlib>
#include <string>
#include <string_view>

namespace faultpath::cli {
namespace {

// Empty when it is not set: both mean the same for what is asked here.
std::string_view environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

// NO_COLOR counts when it is not empty (no-color.org).
bool has_colour() {
  return environment("NO_COLOR").empty() && environment("TERM") != "dumb" &&
         isatty(STDOUT_FILENO) != 0;
}

// 0 when nobody says it. COLUMNS comes first, as for git.
std::size_t stated_columns() {
  const auto text = environment("COLUMNS");
  std::size_t columns = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), columns);
  if (error == std::errc{} && end == text.data() + text.size() && columns > 0) return columns;
  winsize size{};
  return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

// POSIX 8.2: the first of these that is not empty holds. The locale itself may not be installed.
bool is_utf8() {
  std::string locale;
  for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    locale = environment(name);
    if (!locale.empty()) break;
  }
  std::ranges::transform(locale, locale.begin(), [](unsigned char c) { return std::tolower(c); });
  return locale.find("utf-8") != std::string::npos || locale.find("utf8") != std::string::npos;
}

}  // namespace

bool stderr_is_terminal() { return isatty(STDERR_FILENO) != 0; }

Display stdout_display() {
  const Display file;
  const auto stated = stated_columns();
  return {stated > 0 ? std::min(stated, file.columns) : file.columns, has_colour(), is_utf8()};
}

}  // namespace faultpath::cli
