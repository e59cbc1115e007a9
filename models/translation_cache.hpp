// A set-associative cache of translations: the shape of an ATC, an IOTLB and a walk cache.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "models/address.hpp"

namespace faultpath::models {

/// Translations of 4 KiB, 2 MiB and 1 GiB, tagged, with least-recently-used replacement in a set.
class TranslationCache {
 public:
  struct Permissions {
    bool read = false;
    bool write = false;
  };
  struct Entry {
    std::uint64_t page = 0;  ///< 4 KiB page number; the bits inside the translation are ignored
    std::uint32_t tag = 0;   ///< domain or context, below 2^17
    std::uint8_t page_bits = kPageBits;  ///< 12, 21 or 30
    Permissions permissions;
  };

  /// Requires ways >= 1 and entries a positive multiple of ways.
  TranslationCache(std::uint32_t entries, std::uint32_t ways);

  /// Looks for a translation of `page` that grants what is asked, and marks it as used.
  bool hit(std::uint32_t tag, std::uint64_t page, bool write);
  /// As hit(), whatever is granted: what it grants, or nothing on a miss.
  std::optional<Permissions> find(std::uint32_t tag, std::uint64_t page);
  /// Inserts or updates; replaces the least recently used of the set.
  void insert(const Entry& entry);
  /// Drops every translation that overlaps the pages.
  void invalidate(std::uint32_t tag, std::uint64_t first, std::uint64_t pages);
  /// Drops everything under `tag`.
  void invalidate_tag(std::uint32_t tag);

  std::uint32_t entries() const { return static_cast<std::uint32_t>(table_.size()); }
  std::uint64_t valid() const { return valid_[0] + valid_[1] + valid_[2]; }

 private:
  static constexpr std::uint64_t kFree = ~0ULL;
  static constexpr std::size_t kSizes = 3;

  // A set lies together: eight ways in two cache lines.
  struct Way {
    std::uint64_t key = kFree;
    std::uint64_t used = 0;  // when, and in the low bits the permissions; 0 in a free way
  };
  static constexpr std::uint64_t kRead = 1, kWrite = 2, kTick = 4;

  static std::uint64_t key_of(std::uint32_t tag, std::uint64_t page, std::size_t size);
  Way* set_of(std::uint64_t page, std::size_t size);
  Way* find_way(std::uint32_t tag, std::uint64_t page, std::size_t size);
  Way* locate(std::uint32_t tag, std::uint64_t page);
  Way* least_recently_used(Way* first) const;
  void touch(Way& way) { way.used = (clock_ += kTick) | (way.used & (kRead | kWrite)); }
  void drop(Way& way);

  std::uint32_t ways_;
  std::uint64_t sets_;
  std::uint64_t set_mask_;  // sets - 1 when a power of two, else 0
  std::uint64_t clock_ = 0;
  std::array<std::uint64_t, kSizes> valid_{};
  std::vector<Way> table_;
};

}  // namespace faultpath::models
