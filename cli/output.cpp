// Standard streams.
#include "cli/output.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <iostream>

namespace faultpath::cli {
namespace {

// The lowest free number is given out next, so the streams are filled in their order.
void open_if_closed(int descriptor, int flags) {
  if (fcntl(descriptor, F_GETFD) >= 0) return;
  if (open("/dev/null", flags) != descriptor) _exit(2);
}

[[noreturn]] void fail() { throw OutputError(errno == EPIPE ? "" : std::strerror(errno)); }

}  // namespace

void open_standard_streams() {
  open_if_closed(STDIN_FILENO, O_RDONLY);
  open_if_closed(STDOUT_FILENO, O_RDONLY);  // so that writing fails
  open_if_closed(STDERR_FILENO, O_WRONLY);
  std::signal(SIGPIPE, SIG_IGN);
}

void print(std::string_view text) {
  if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size()) fail();
}

void flush_output() {
  std::cout.flush();  // help texts
  if (!std::cout || std::fflush(stdout) != 0 || std::ferror(stdout) != 0) fail();
}

void complain(std::string_view text) { std::fwrite(text.data(), 1, text.size(), stderr); }

}  // namespace faultpath::cli
