// Marsaglia's xorshift64: the random numbers of every benchmark and peer. C++17, as meter.hpp.
#pragma once

#include <cstdint>

namespace faultpath::bench {

class Xorshift {
 public:
  /// Different seeds give different parts of the one sequence. Requires seed < 2^32.
  explicit Xorshift(std::uint64_t seed = 0) : state_(88172645463325252ULL ^ seed) {}

  std::uint64_t operator()() {
    state_ ^= state_ << 13;
    state_ ^= state_ >> 7;
    return state_ ^= state_ << 17;
  }
  /// Uniform up to the bias of a remainder: in picoseconds, up to a microsecond.
  std::uint64_t below_million() { return (*this)() % 1'000'000; }

 private:
  std::uint64_t state_;
};

}  // namespace faultpath::bench
