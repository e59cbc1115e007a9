// The hold model: the earliest of n pending events fires and schedules one 1 us to 2 us later.
// C++17, as meter.hpp.
#pragma once

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <utility>

#include "bench/meter.hpp"
#include "bench/xorshift.hpp"

namespace faultpath::bench {

/// What is the same in every peer. Events are anonymous and draw in the order of their dates, so
/// all peers go through the same dates, however they order ties.
class HoldModel {
 public:
  /// Takes the program's arguments `PENDING EVENTS`; exits with 2 when they are wrong.
  HoldModel(std::string peer, int argc, char** argv)
      : peer_(std::move(peer)),
        sizes_(sizes_of(argc, argv, "PENDING EVENTS")),
        meter_(sizes_.first, sizes_.second) {}

  /// How many events to schedule before the run, each at first_date().
  std::uint64_t pending() const { return sizes_.first; }
  std::uint64_t first_date() { return random_.below_million(); }

  /// To call when an event fires: the distance of its successor. After the last one, ends the
  /// process: to run down or to destroy a million pending events takes some peers minutes.
  std::uint64_t fire(std::uint64_t now) {
    if (!meter_.count(now)) finish();
    return 1'000'000 + random_.below_million();
  }

 private:
  [[noreturn, gnu::noinline]] void finish() const {
    meter_.print(peer_.c_str(), "pending", pending(), "events");
    std::fflush(stdout);
    std::_Exit(0);
  }

  std::string peer_;
  Sizes sizes_;
  Xorshift random_;
  Meter meter_;
};

}  // namespace faultpath::bench
