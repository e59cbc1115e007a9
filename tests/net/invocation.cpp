// A fork instead of a start of the binary: nothing to load, which is most of a small run's time.
#include "tests/net/invocation.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdio>

#include "cli/program.hpp"
#include "sim/ensure.hpp"

namespace faultpath::net {
namespace {

// Sanitizers reserve more than any run needs.
#ifndef FAULTPATH_SANITIZE
constexpr rlim_t kMostMemory = rlim_t{4} << 30;
#endif

// A file without a name.
class Capture {
 public:
  Capture() : fd_(memfd_create("said", MFD_CLOEXEC)) { ENSURE(fd_ >= 0, "a file in memory"); }
  ~Capture() { close(fd_); }
  Capture(const Capture&) = delete;
  Capture& operator=(const Capture&) = delete;

  int fd() const { return fd_; }
  std::string text() const {
    lseek(fd_, 0, SEEK_SET);
    std::string all;
    std::array<char, 65536> buffer;
    for (ssize_t got; (got = read(fd_, buffer.data(), buffer.size())) > 0;) {
      all.append(buffer.data(), static_cast<std::size_t>(got));
    }
    return all;
  }

 private:
  int fd_;
};

[[noreturn]] void serve(const std::vector<std::string>& arguments, unsigned seconds, int out,
                        int err) {
  const rlimit time{seconds, seconds + 1};
  setrlimit(RLIMIT_CPU, &time);
#ifndef FAULTPATH_SANITIZE
  const rlimit memory{kMostMemory, kMostMemory};
  setrlimit(RLIMIT_AS, &memory);
#endif
  dup2(out, STDOUT_FILENO);
  dup2(err, STDERR_FILENO);
  std::vector<const char*> argv{"faultpath"};
  for (const std::string& argument : arguments) argv.push_back(argument.c_str());
  const int status = cli::run_program(static_cast<int>(argv.size()), argv.data());
  std::fflush(nullptr);
  _exit(status);
}

double seconds_of(const timeval& time) {
  return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
}

}  // namespace

Said invoke(const std::vector<std::string>& arguments, unsigned seconds) {
  const Capture out, err;
  std::fflush(nullptr);
  const pid_t child = fork();
  ENSURE(child >= 0, "a child process");
  if (child == 0) serve(arguments, seconds, out.fd(), err.fd());
  int status = 0;
  rusage used{};
  wait4(child, &status, 0, &used);
  return {WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status), out.text(),
          err.text(), seconds_of(used.ru_utime) + seconds_of(used.ru_stime)};
}

}  // namespace faultpath::net
