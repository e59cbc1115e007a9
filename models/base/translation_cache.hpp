// A set-associative cache of translations: the shape of an ATC, an IOTLB and a walk cache.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "models/base/address.hpp"
#include "sim/aligned_allocator.hpp"

namespace faultpath::models {

/// Translations of 4 KiB, 2 MiB and 1 GiB, tagged, with least-recently-used replacement in a set.
class TranslationCache {
 public:
  struct Permissions {
    bool read = false;
    bool write = false;
  };
  struct Entry {
    std::uint64_t page = 0;  ///< page number; the bits inside the translation are ignored
    std::uint32_t tag = 0;   ///< domain or context, below 2^17
    std::uint8_t order = 0;  ///< log2 of its pages: 0, 9 or 18
    Permissions permissions;
  };

  /// Requires ways in [1, 2^16] and entries a positive multiple of ways.
  TranslationCache(std::uint32_t entries, std::uint32_t ways);

  /// Looks for a translation of `page` that grants what is asked, and marks it as used.
  bool hit(std::uint32_t tag, std::uint64_t page, bool write);
  /// Looks for a translation of `page`, whatever it grants, and marks it as used. Returns what it
  /// grants, or nothing on a miss.
  std::optional<Permissions> find(std::uint32_t tag, std::uint64_t page);
  /// Inserts or updates; replaces the least recently used of the set.
  void insert(const Entry& entry);
  /// Drops every translation that overlaps the pages.
  void invalidate(std::uint32_t tag, std::uint64_t first, std::uint64_t pages);
  /// Drops everything under `tag`.
  void invalidate_tag(std::uint32_t tag);

  std::uint32_t entries() const { return static_cast<std::uint32_t>(sets_ * ways_); }
  std::uint64_t valid() const { return valid_[0] + valid_[1] + valid_[2]; }

 private:
  static constexpr std::uint64_t kFree = ~0ULL;
  static constexpr std::size_t kSizes = 3;

  // The words of a set are adjacent: first the key of each way, then one word for each way with the
  // time of its last use in the high bits, then its number and its permissions. The least of these
  // words names the way to replace; a free way has never been used, so its word is the least of
  // all. With eight ways a miss reads one cache line.
  using Key = std::uint64_t;
  static constexpr std::uint64_t kRead = 1, kWrite = 2;
  static constexpr unsigned kWayShift = 2, kWayBits = 16;
  static constexpr std::uint64_t kTick = 1ULL << (kWayShift + kWayBits);

  static Key key_of(std::uint32_t tag, std::uint64_t page, std::size_t size);
  Key* first_way(std::uint64_t set) { return table_.data() + 2 * ways_ * set; }
  Key* set_of(std::uint64_t page, std::size_t size);
  Key* find_way(std::uint32_t tag, std::uint64_t page, std::size_t size);
  Key* locate(std::uint32_t tag, std::uint64_t page);
  Key* least_recently_used(Key* first);
  std::uint64_t& used(Key* way) { return way[ways_]; }
  void touch(Key* way) { used(way) = (clock_ += kTick) | (used(way) & (kTick - 1)); }
  void drop(Key* way);
  template <class Which>
  void drop_those(std::uint32_t tag, Which which);

  std::uint32_t ways_;
  std::uint64_t sets_;
  std::uint64_t set_mask_;  // sets - 1 when a power of two, else 0
  std::uint64_t clock_ = 0;
  std::array<std::uint64_t, kSizes> valid_{};
  std::vector<std::uint64_t, sim::AlignedAllocator<std::uint64_t, 64>> table_;
};

}  // namespace faultpath::models
