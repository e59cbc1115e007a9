// A fork, with the answer in a pipe.
#include "tests/net/apart.hpp"

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <string>

#include "sim/ensure.hpp"

namespace faultpath::net {
namespace {

[[noreturn]] void serve(const std::function<Json()>& work, int to, unsigned seconds) {
  const rlimit time{seconds, seconds};
  setrlimit(RLIMIT_CPU, &time);
  const std::string answer = work().dump(-1, ' ', false, Json::error_handler_t::replace);
  for (std::size_t sent = 0; sent < answer.size();) {
    const ssize_t some = write(to, answer.data() + sent, answer.size() - sent);
    if (some <= 0) _exit(1);
    sent += static_cast<std::size_t>(some);
  }
  _exit(0);
}

std::string read_to_end(int from) {
  std::string all;
  std::array<char, 65536> buffer;
  for (ssize_t got; (got = read(from, buffer.data(), buffer.size())) > 0;) {
    all.append(buffer.data(), static_cast<std::size_t>(got));
  }
  return all;
}

}  // namespace

std::optional<Json> apart(const std::function<Json()>& work, unsigned seconds) {
  std::array<int, 2> ends;
  ENSURE(pipe(ends.data()) == 0, "a pipe");
  std::fflush(nullptr);
  const pid_t child = fork();
  ENSURE(child >= 0, "a child process");
  if (child == 0) {
    close(ends[0]);
    serve(work, ends[1], seconds);
  }
  close(ends[1]);
  const std::string answer = read_to_end(ends[0]);
  close(ends[0]);
  int status = 0;
  waitpid(child, &status, 0);
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) return std::nullopt;
  return Json::parse(answer);
}

}  // namespace faultpath::net
