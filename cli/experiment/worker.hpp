// One piece of work in a forked process of its own, and the pipes through which it reports.
#pragma once

#include <sys/types.h>

#include <functional>
#include <stdexcept>
#include <string>

#include "models/assembly/run.hpp"

namespace faultpath::cli {

using ProgressSink = std::function<void(const models::Progress&)>;

/// What a worker process does. `work` runs in the child and returns the record to hand back; its
/// sink is empty when nobody watches. An exception that leaves it fails the job with its what().
struct Job {
  std::string label;  ///< for messages: "run iopf, replication 0, seed 1"
  std::function<std::string(const ProgressSink&)> work;
};

/// A job ended without a record; what() says which and why, with what it wrote to stderr.
class JobFailure : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// A descriptor that is closed once.
class Descriptor {
 public:
  explicit Descriptor(int fd = -1) : fd_(fd) {}
  ~Descriptor() { close(); }
  Descriptor(Descriptor&& other) noexcept : fd_(other.release()) {}
  Descriptor& operator=(Descriptor&& other) noexcept;

  int get() const { return fd_; }
  bool is_open() const { return fd_ >= 0; }
  int release();
  void close();

 private:
  int fd_;
};

/// The parent's side of a running job. The child has no threads and no SimGrid engine when it
/// starts, ignores what interrupts (the parent kills it), and dies with its parent.
class Worker {
 public:
  /// Forks. Requires that the caller has neither threads nor an engine.
  Worker(const Job& job, std::size_t index, bool with_progress);
  /// Kills the child if it still runs.
  ~Worker();
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  std::size_t index() const { return index_; }
  int messages_fd() const { return messages_.get(); }
  int errors_fd() const { return errors_.get(); }
  /// Reads what is there, handing on progress. Requires that poll() found the descriptor readable.
  void read_messages(const ProgressSink& sink);
  void read_errors();
  bool is_finished() const { return !messages_.is_open() && !errors_.is_open(); }

  /// Waits for the end of a finished child; its record, or JobFailure.
  std::string take_record();
  /// The latest that was handed on.
  const models::Progress& progress() const { return progress_; }
  /// What the child wrote to stderr.
  const std::string& errors() const { return error_text_; }

 private:
  void take_frames(const ProgressSink& sink);

  std::string label_;
  std::size_t index_;
  pid_t child_ = -1;
  Descriptor messages_, errors_;
  std::string unread_;  // bytes of frames that are not complete
  std::string record_, failure_, error_text_;
  bool has_record_ = false;
  models::Progress progress_;
};

}  // namespace faultpath::cli
