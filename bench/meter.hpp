// Counts the events of one benchmark run, times those after the warm-up and prints a line of JSON.
// C++17, because the SystemC of Debian is built so.
#pragma once

#include <time.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

namespace faultpath::bench {

/// The two sizes that every program takes: how many of something, and how many events to time.
struct Sizes {
  std::uint64_t first;
  std::uint64_t second;
};

/// Reads the program's arguments; exits with 2 when they are not two positive numbers.
inline Sizes sizes_of(int argc, char** argv, const char* usage) {
  const auto number = [&](int at) {
    return at < argc ? std::strtoull(argv[at], nullptr, 10) : 0ULL;
  };
  if (number(1) == 0 || number(2) == 0) {
    std::fprintf(stderr, "usage: %s %s\n", argv[0], usage);
    std::exit(2);
  }
  return {number(1), number(2)};
}

/// CPU time of this process: every program here has one thread, and what else the machine does
/// then counts less.
inline double cpu_seconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

/// The checksum covers the first kChecked timed events, so that a slow peer may run fewer than a
/// fast one and still be compared. It sees dates only: peers may order equal dates differently.
class Meter {
 public:
  static constexpr std::uint64_t kChecked = 10'000;

  /// Requires events >= 1; times `events` after `warm_up` others.
  Meter(std::uint64_t warm_up, std::uint64_t events)
      : warm_up_(std::max<std::uint64_t>(warm_up, 1)), events_(events), mark_(warm_up_) {}

  /// Counts one event at `date`, in picoseconds. False once enough are counted: the caller then
  /// schedules no more, and lets the rest run out.
  bool count(std::uint64_t date) {
    sum_ += date * date;
    if (++counted_ == mark_) pass_mark();
    return running_;
  }
  bool running() const { return running_; }

  /// `size` is what the run was about: {"peer": .., "<size_name>": .., "<what>": .., ...}.
  void print(const char* peer, const char* size_name, std::uint64_t size, const char* what) const {
    const double seconds = end_ - begin_;
    std::printf(
        "{\"peer\": \"%s\", \"%s\": %llu, \"%s\": %llu, \"seconds\": %.9f, "
        "\"%s_per_s\": %.0f, \"checksum\": \"%016llx\"}\n",
        peer, size_name, static_cast<unsigned long long>(size), what,
        static_cast<unsigned long long>(events_), seconds, what,
        static_cast<double>(events_) / seconds, static_cast<unsigned long long>(checksum_));
  }

 private:
  [[gnu::noinline]] void pass_mark() {
    if (mark_ == warm_up_) {
      mark_ += std::min(events_, kChecked);
      sum_ = 0;
      begin_ = cpu_seconds();
      return;
    }
    if (mark_ == warm_up_ + std::min(events_, kChecked)) checksum_ = sum_;
    running_ = mark_ != warm_up_ + events_;
    if (!running_) end_ = cpu_seconds();
    mark_ = warm_up_ + events_;
  }

  std::uint64_t warm_up_;
  std::uint64_t events_;
  std::uint64_t mark_;
  std::uint64_t counted_ = 0;
  std::uint64_t sum_ = 0;
  std::uint64_t checksum_ = 0;
  double begin_ = 0.0;
  double end_ = 0.0;
  bool running_ = true;
};

}  // namespace faultpath::bench
