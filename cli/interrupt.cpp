// Signal handlers that set a flag, or end the program.
#include "cli/interrupt.hpp"

#include <unistd.h>

#include <array>
#include <string_view>

namespace faultpath::cli {
namespace {

constexpr std::array<int, 3> kSignals{SIGINT, SIGTERM, SIGHUP};

// Written by the handler, hence global.
volatile std::sig_atomic_t pending_signal = 0;

void remember(int signal) { pending_signal = signal; }

void leave(int signal) {
  constexpr std::string_view kWord = "faultpath: interrupted\n";
  [[maybe_unused]] const auto written = write(STDERR_FILENO, kWord.data(), kWord.size());
  _exit(Interrupted{signal}.exit_status());
}

// Who has been told to survive the end of its terminal does.
void handle(int signal, void (*handler)(int), struct sigaction* before) {
  struct sigaction action{};
  action.sa_handler = handler;
  sigaction(signal, nullptr, before);
  if (signal == SIGHUP && before->sa_handler == SIG_IGN) return;
  sigaction(signal, &action, nullptr);
}

}  // namespace

void end_on_signals() {
  struct sigaction before;
  for (const int signal : kSignals) handle(signal, leave, &before);
}

InterruptGuard::InterruptGuard() {
  pending_signal = 0;
  for (std::size_t i = 0; i < kSignals.size(); ++i) handle(kSignals[i], remember, &before_[i]);
}

InterruptGuard::~InterruptGuard() {
  for (std::size_t i = 0; i < kSignals.size(); ++i) sigaction(kSignals[i], &before_[i], nullptr);
}

void throw_if_interrupted() {
  if (pending_signal != 0) throw Interrupted{pending_signal};
}

}  // namespace faultpath::cli
