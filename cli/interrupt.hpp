// Ctrl-C and termination as an exception at a place that can clean up.
#pragma once

#include <csignal>

namespace faultpath::cli {

/// Thrown when a signal asked the program to end.
struct Interrupted {
  int signal;

  /// The exit status that shells report for the signal: 130 after Ctrl-C.
  int exit_status() const { return 128 + signal; }
};

/// From now on SIGINT, SIGTERM and SIGHUP end the program at once, with that exit status and a word
/// on stderr; but for a SIGHUP that has been ignored before (nohup). Nothing is cleaned up: who
/// writes files has a guard.
void end_on_signals();

/// While one lives, SIGINT, SIGTERM and SIGHUP are only remembered; blocking calls end with EINTR.
class InterruptGuard {
 public:
  InterruptGuard();
  ~InterruptGuard();
  InterruptGuard(const InterruptGuard&) = delete;
  InterruptGuard& operator=(const InterruptGuard&) = delete;

 private:
  struct sigaction before_[3];
};

/// Throws Interrupted when a signal came since the last guard was made.
void throw_if_interrupted();

}  // namespace faultpath::cli
