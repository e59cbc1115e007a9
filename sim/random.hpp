// Random streams: counter-based, one for each purpose of each component, so that none shifts
// another's draws.
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <string_view>

namespace faultpath::sim {

/// What a stream is keyed by. Equal keys give equal draws on every machine.
struct StreamKey {
  std::uint64_t seed = 1;
  unsigned replication = 0;
  std::string_view component;  ///< path, as "devices/nic.0"
  std::string_view purpose;    ///< as "address"
};

/// Threefry-4x64-20 (Salmon et al., SC 2011, from Random123) over a counter, as a standard uniform
/// random bit generator of 64-bit words. Use Boost.Random's distributions with it: those of the
/// standard library differ from one to the next.
class RandomStream {
 public:
  using result_type = std::uint64_t;

  explicit RandomStream(const StreamKey& key);

  static constexpr result_type min() { return 0; }
  static constexpr result_type max() { return std::numeric_limits<result_type>::max(); }
  result_type operator()() {
    if (used_ == block_.size()) refill();
    return block_[used_++];
  }

  /// Uniform in [0, bound) without bias. Requires bound >= 1. Source: Lemire, "Fast random integer
  /// generation in an interval", ACM TOMACS 2019.
  std::uint64_t below(std::uint64_t bound) {
    __extension__ using Wide = unsigned __int128;
    Wide product = Wide{(*this)()} * bound;
    if (static_cast<std::uint64_t>(product) < bound) [[unlikely]] {
      const std::uint64_t threshold = (0 - bound) % bound;
      while (static_cast<std::uint64_t>(product) < threshold) product = Wide{(*this)()} * bound;
    }
    return static_cast<std::uint64_t>(product >> 64);
  }
  /// Uniform in [0, 1) with 53 bits.
  double unit() { return static_cast<double>((*this)() >> 11) * 0x1p-53; }

 private:
  void refill();

  std::array<std::uint64_t, 4> key_;
  std::array<std::uint64_t, 4> block_{};
  std::uint64_t counter_ = 0;
  std::size_t used_ = 4;
};

/// A stable 64-bit hash of text (FNV-1a), for keys and fingerprints.
constexpr std::uint64_t stable_hash(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const char c : text) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  }
  return hash;
}

}  // namespace faultpath::sim
