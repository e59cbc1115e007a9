// Fingerprint: a running hash of what happened, by which two runs can be compared.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>

#include "sim/random.hpp"
#include "sim/time.hpp"
#include "sim/trail.hpp"

namespace faultpath::sim {

/// What goes into the hash. Leaving `time` out compares order only; leaving `key` out ignores
/// which page or request it was.
struct FingerprintIngredients {
  bool time = true;
  bool component = true;
  bool kind = true;
  bool key = true;
  bool seed = true;  ///< seed and replication: two runs that drew nothing differ by it alone
};

/// The part of a fingerprint that one component writes, in its own order.
class FingerprintLane {
 public:
  FingerprintLane(const FingerprintIngredients& ingredients, std::uint64_t start,
                  std::string_view component)
      : component_(component),
        time_mask_(ingredients.time ? ~0ULL : 0),
        kind_mask_(ingredients.kind ? ~0ULL : 0),
        key_mask_(ingredients.key ? ~0ULL : 0),
        hash_(start) {}

  void add(Time at, std::uint32_t kind, std::uint64_t key) {
    if (at >= trail_.next()) trail_.pass(at, hash_);
    const auto time = static_cast<std::uint64_t>(at.time_since_epoch().count());
    mix((time & time_mask_) ^ (kind & kind_mask_) * 0x9e3779b97f4a7c15);
    mix(key & key_mask_);
  }
  std::uint64_t hash() const { return hash_; }
  const std::string& component() const { return component_; }
  const Trail& trail() const { return trail_; }

 private:
  // One round of wyhash's mixing: the two halves of a 128-bit product.
  void mix(std::uint64_t value) {
    __extension__ using Wide = unsigned __int128;
    const Wide product = Wide{hash_ ^ value} * 0xa0761d6478bd642f;
    hash_ = static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64) ^
            0xe7037ed1a0b428db;
  }

  std::string component_;
  std::uint64_t time_mask_, kind_mask_, key_mask_;
  std::uint64_t hash_;
  Trail trail_;
};

/// One lane a component, so that components that run ahead of the clock still hash in their own
/// order; the value combines the lanes in the order in which they were made.
class Fingerprint {
 public:
  explicit Fingerprint(const FingerprintIngredients& ingredients, std::uint64_t seed = 0,
                       unsigned replication = 0)
      : ingredients_(ingredients),
        start_(ingredients.seed ? seed * 0xd6e8feb86659fd93 + replication : 0) {}

  /// The lane stays valid as long as the fingerprint.
  FingerprintLane& lane(std::string_view component) {
    const std::uint64_t start = ingredients_.component ? stable_hash(component) : 0;
    return lanes_.emplace_back(ingredients_, start, component);
  }
  std::uint64_t value() const {
    std::uint64_t hash = start_;
    for (const FingerprintLane& lane : lanes_) {
      hash = (hash ^ lane.hash()) * 0x9e3779b97f4a7c15;
      hash ^= hash >> 32;
    }
    return hash;
  }
  /// The lanes at common checkpoints, with the hashes of the end for those behind a lane's last
  /// entry. Above `most` lanes, components that differ only in the number behind their last dot are
  /// one lane, `nic.*`, whatever their order: its hashes are the exclusive or of theirs.
  RunTrail trail(std::size_t most = 64) const;

 private:
  FingerprintIngredients ingredients_;
  std::uint64_t start_;
  std::deque<FingerprintLane> lanes_;
};

}  // namespace faultpath::sim
