// The program under signals: its exit status, and what it leaves behind.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <charconv>
#include <functional>
#include <string>
#include <vector>

#include "tests/cli/temporary_folder.hpp"

namespace faultpath::cli {
namespace {

// Under a terminal's process group; a signal goes to all of it.
class Running {
 public:
  Running(
      const TemporaryFolder& folder, std::vector<std::string> arguments,
      const std::function<void()>& prepare = [] {}) {
    arguments.insert(arguments.begin(), "faultpath");
    std::vector<char*> raw;
    for (std::string& argument : arguments) raw.push_back(argument.data());
    raw.push_back(nullptr);
    child_ = fork();
    if (child_ != 0) {
      setpgid(child_, child_);
      return;
    }
    setpgid(0, 0);
    // Whatever the tests were called from: a shell's background job ignores SIGINT.
    for (const int signal : {SIGINT, SIGTERM, SIGHUP}) ::signal(signal, SIG_DFL);
    if (chdir(folder.path().c_str()) != 0) _exit(99);
    const int nowhere = open("/dev/null", O_RDWR);
    for (const int standard : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) dup2(nowhere, standard);
    prepare();
    execv(FAULTPATH_BINARY, raw.data());
    _exit(99);
  }
  ~Running() {
    if (child_ > 0) kill(-child_, SIGKILL);
  }
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;

  void wait_until(const std::function<bool(const Running&)>& reached) const {
    while (!reached(*this) && !has_ended()) usleep(1000);
  }
  bool has_ended() const {
    siginfo_t info{};
    waitid(P_PID, static_cast<id_t>(child_), &info, WEXITED | WNOHANG | WNOWAIT);
    return info.si_pid != 0;
  }
  /// Of the kernel, about the program.
  std::string file(const std::string& name) const {
    return read_text("/proc/" + std::to_string(child_) + "/" + name);
  }
  bool catches(int signal) const {
    const std::string status = file("status");
    const auto at = status.find("SigCgt:");
    std::uint64_t mask = 0;
    if (at == std::string::npos) return false;
    std::from_chars(status.data() + at + 8, status.data() + status.size(), mask, 16);
    return (mask >> (signal - 1) & 1) != 0;
  }
  bool has_worker() const {
    const auto id = std::to_string(child_);
    return !read_text("/proc/" + id + "/task/" + id + "/children").empty();
  }
  void send(int signal) const { kill(-child_, signal); }
  /// The exit status; minus the signal by which it was ended.
  int end() {
    int status = 0;
    waitpid(child_, &status, 0);
    child_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  }

 private:
  pid_t child_ = -1;
};

constexpr auto kEndless = R"(scenario: 1
name: endless
duration: 100000s
devices: [{name: nic, workload: {kind: uniform, footprint: 64MiB}}]
host: {memory: 16MiB}
strategies: [iopf, sva]
)";

// It reads its scenario from a pipe that nobody writes.
TEST(Interrupt, EndsAProgramThatHasNotBegunToWork) {
  const TemporaryFolder folder;
  ASSERT_EQ(mkfifo((folder.path() / "x.yaml").c_str(), 0600), 0);
  for (const char* command : {"run", "lint", "show"}) {
    Running program(folder, {command, "x.yaml"});
    program.wait_until([](const Running& p) { return p.catches(SIGINT); });
    program.send(SIGINT);
    EXPECT_EQ(program.end(), 130) << command;
  }
}

TEST(Interrupt, EndsRunsWithTheStatusThatShellsReportAndLeavesNoResult) {
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    const TemporaryFolder folder;
    folder.write("x.yaml", kEndless);
    Running program(folder, {"compare", "x.yaml", "--out", "result"});
    program.wait_until([](const Running& p) { return p.has_worker(); });
    program.send(signal);
    EXPECT_EQ(program.end(), 128 + signal);
    for (const auto& left : std::filesystem::directory_iterator(folder.path())) {
      EXPECT_EQ(left.path().filename(), "x.yaml");
    }
  }
}

// nohup.
TEST(Interrupt, AHangUpThatIsIgnoredStaysIgnored) {
  const TemporaryFolder folder;
  folder.write("x.yaml", kEndless);
  Running program(folder, {"run", "x.yaml"}, [] { signal(SIGHUP, SIG_IGN); });
  program.wait_until([](const Running& p) { return p.has_worker(); });
  program.send(SIGHUP);
  program.send(SIGINT);
  EXPECT_EQ(program.end(), 130);
}

}  // namespace
}  // namespace faultpath::cli
