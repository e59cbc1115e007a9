// Forking, the frames that a child sends, and what its end means.
#include "cli/experiment/worker.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <new>
#include <system_error>
#include <utility>

#include "cli/interrupt.hpp"

namespace faultpath::cli {
namespace {

/// The exit status of a worker without memory.
constexpr int kOutOfMemory = ENOMEM;
constexpr const char* kWithLessMemory =
    "run fewer at a time (--jobs), or simulate less: memory, footprints, recordings, operations in "
    "flight";

enum class FrameKind : std::uint64_t { progress, record, failure };
struct FrameHeader {
  FrameKind kind;
  std::uint64_t bytes;
};
static_assert(std::is_trivially_copyable_v<models::Progress>, "progress travels as its bytes");

[[noreturn]] void throw_system_error(const char* what) {
  throw std::system_error(errno, std::generic_category(), what);
}

std::pair<Descriptor, Descriptor> make_pipe() {
  std::array<int, 2> ends;
  if (pipe2(ends.data(), O_CLOEXEC) != 0) throw_system_error("pipe");
  return {Descriptor{ends[0]}, Descriptor{ends[1]}};
}

// There is nobody to tell when the parent is gone.
void write_all(int fd, const char* data, std::size_t bytes) {
  while (bytes > 0) {
    const ssize_t written = write(fd, data, bytes);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) _exit(1);
    data += written;
    bytes -= static_cast<std::size_t>(written);
  }
}

void send_frame(int fd, FrameKind kind, std::string_view payload) {
  const FrameHeader header{kind, payload.size()};
  write_all(fd, reinterpret_cast<const char*>(&header), sizeof header);
  write_all(fd, payload.data(), payload.size());
}

void become_child(pid_t parent, int errors_fd) {
  for (const int interrupt : {SIGINT, SIGTERM, SIGHUP}) signal(interrupt, SIG_IGN);
  signal(SIGPIPE, SIG_DFL);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(1);
  dup2(errors_fd, STDERR_FILENO);
}

// Models report often; people read slowly.
class RateLimit {
 public:
  bool passes() {
    const auto now = std::chrono::steady_clock::now();
    if (now - last_ < kInterval) return false;
    last_ = now;
    return true;
  }

 private:
  static constexpr std::chrono::milliseconds kInterval{50};
  std::chrono::steady_clock::time_point last_{};
};

// Wherever it is, in a destructor or where no exception may pass.
[[noreturn]] void leave_without_memory() { _exit(kOutOfMemory); }

// Leaves without exit handlers: they belong to the parent.
[[noreturn]] void serve(const Job& job, int fd, bool with_progress) {
  std::set_new_handler(leave_without_memory);
  ProgressSink sink;
  if (with_progress) {
    sink = [fd, limit = RateLimit{}](const models::Progress& progress) mutable {
      if (!limit.passes()) return;
      const auto* bytes = reinterpret_cast<const char*>(&progress);
      send_frame(fd, FrameKind::progress, {bytes, sizeof progress});
    };
  }
  try {
    send_frame(fd, FrameKind::record, job.work(sink));
  } catch (const std::bad_alloc&) {
    leave_without_memory();
  } catch (const std::exception& error) {
    send_frame(fd, FrameKind::failure, error.what());
  }
  _exit(0);
}

// Appends what can be read; closes at the end.
void read_some(Descriptor& from, std::string& to) {
  std::array<char, 65536> buffer;
  const ssize_t bytes = read(from.get(), buffer.data(), buffer.size());
  if (bytes > 0) to.append(buffer.data(), static_cast<std::size_t>(bytes));
  if (bytes == 0 || (bytes < 0 && errno != EINTR)) from.close();
}

int wait_for(pid_t child) {
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return status;
}

std::string out_of_memory() { return fmt::format("out of memory; {}", kWithLessMemory); }

// Why a worker ended, by its status and by what it wrote to stderr.
std::string ending(int status, const std::string& errors) {
  if (!WIFSIGNALED(status)) {
    const int code = WEXITSTATUS(status);
    if (code == kOutOfMemory) return out_of_memory();
    return fmt::format("its process ended with status {}", code);
  }
  const int signal = WTERMSIG(status);
  if (signal == SIGABRT) {
    const bool simgrid = errors.find("Failed to allocate") != std::string::npos;
    return simgrid ? out_of_memory() : "an invariant broke";
  }
  if (signal == SIGKILL) {
    return fmt::format("its process was killed, as the kernel does when memory runs out; {}",
                       kWithLessMemory);
  }
  return fmt::format("its process was ended by signal {} ({})", signal, strsignal(signal));
}

}  // namespace

Descriptor& Descriptor::operator=(Descriptor&& other) noexcept {
  close();
  fd_ = other.release();
  return *this;
}
int Descriptor::release() { return std::exchange(fd_, -1); }
void Descriptor::close() {
  if (is_open()) ::close(release());
}

Worker::Worker(const Job& job, std::size_t index, bool with_progress)
    : label_(job.label), index_(index) {
  auto [messages_from, messages_to] = make_pipe();
  auto [errors_from, errors_to] = make_pipe();
  const pid_t parent = getpid();
  child_ = fork();
  if (child_ < 0) throw_system_error("cannot start a process for a run");
  if (child_ == 0) {
    become_child(parent, errors_to.get());
    serve(job, messages_to.get(), with_progress);
  }
  messages_ = std::move(messages_from);
  errors_ = std::move(errors_from);
}

Worker::~Worker() {
  if (child_ < 0) return;
  kill(child_, SIGKILL);
  wait_for(child_);
}

void Worker::read_messages(const ProgressSink& sink) {
  read_some(messages_, unread_);
  take_frames(sink);
}

void Worker::read_errors() { read_some(errors_, error_text_); }

void Worker::take_frames(const ProgressSink& sink) {
  FrameHeader header{};
  while (unread_.size() >= sizeof header) {
    std::memcpy(&header, unread_.data(), sizeof header);
    if (unread_.size() - sizeof header < header.bytes) return;
    std::string payload = unread_.substr(sizeof header, header.bytes);
    unread_.erase(0, sizeof header + header.bytes);
    switch (header.kind) {
      case FrameKind::progress:
        std::memcpy(&progress_, payload.data(), sizeof progress_);
        if (sink) sink(progress_);
        break;
      case FrameKind::record:
        record_ = std::move(payload);
        has_record_ = true;
        break;
      case FrameKind::failure:
        failure_ = std::move(payload);
        break;
    }
  }
}

std::string Worker::take_record() {
  const int status = wait_for(std::exchange(child_, -1));
  if (has_record_ && status == 0) return std::move(record_);
  throw_if_interrupted();  // then nobody asks why
  std::string why = failure_.empty() ? ending(status, error_text_) : failure_;
  if (!error_text_.empty()) why += "\n" + error_text_;
  while (why.ends_with('\n')) why.pop_back();
  throw JobFailure(label_ + ": " + why);
}

}  // namespace faultpath::cli
