// Signal handlers that set a flag.
#include "cli/interrupt.hpp"

#include <array>

namespace faultpath::cli {
namespace {

constexpr std::array<int, 3> kSignals{SIGINT, SIGTERM, SIGHUP};

// Written by the handler, hence global.
volatile std::sig_atomic_t pending_signal = 0;

void remember(int signal) { pending_signal = signal; }

}  // namespace

InterruptGuard::InterruptGuard() {
  pending_signal = 0;
  struct sigaction action{};
  action.sa_handler = remember;
  for (std::size_t i = 0; i < kSignals.size(); ++i) sigaction(kSignals[i], &action, &before_[i]);
}

InterruptGuard::~InterruptGuard() {
  for (std::size_t i = 0; i < kSignals.size(); ++i) sigaction(kSignals[i], &before_[i], nullptr);
}

void throw_if_interrupted() {
  if (pending_signal != 0) throw Interrupted{pending_signal};
}

}  // namespace faultpath::cli
