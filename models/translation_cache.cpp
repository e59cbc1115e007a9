// Lookup, replacement and invalidation of cached translations.
#include "models/translation_cache.hpp"

#include <bit>

#include "sim/ensure.hpp"

namespace faultpath::models {
namespace {

constexpr unsigned kSizeShift = 9;  // each size is 512 of the one below

std::size_t size_index(std::uint8_t page_bits) {
  ENSURE(page_bits == 12 || page_bits == 21 || page_bits == 30, "page sizes are 4K, 2M and 1G");
  return (page_bits - kPageBits) / kSizeShift;
}

// 17 bits of tag, 2 of size, 45 of page number: 57-bit addresses.
constexpr unsigned kTagShift = 47, kSizePosition = 45;

std::uint32_t tag_of(std::uint64_t key) { return static_cast<std::uint32_t>(key >> kTagShift); }
std::size_t size_of(std::uint64_t key) { return key >> kSizePosition & 3; }
std::uint64_t number_of(std::uint64_t key) { return key & ((1ULL << kSizePosition) - 1); }

}  // namespace

TranslationCache::TranslationCache(std::uint32_t entries, std::uint32_t ways)
    : ways_(ways),
      sets_(entries / ways),
      set_mask_(std::has_single_bit(sets_) ? sets_ - 1 : 0),
      table_(entries) {
  ENSURE(ways >= 1 && entries >= ways && entries % ways == 0, "entries are a multiple of ways");
}

std::uint64_t TranslationCache::key_of(std::uint32_t tag, std::uint64_t page, std::size_t size) {
  return std::uint64_t{tag} << kTagShift | std::uint64_t{size} << kSizePosition |
         page >> (kSizeShift * size);
}

inline TranslationCache::Way* TranslationCache::set_of(std::uint64_t page, std::size_t size) {
  const std::uint64_t number = page >> (kSizeShift * size);
  const std::uint64_t set = set_mask_ != 0 || sets_ == 1 ? number & set_mask_ : number % sets_;
  return table_.data() + set * ways_;
}

inline TranslationCache::Way* TranslationCache::find_way(std::uint32_t tag, std::uint64_t page,
                                                         std::size_t size) {
  const std::uint64_t key = key_of(tag, page, size);
  Way* const first = set_of(page, size);
  for (Way* way = first; way < first + ways_; ++way) {
    if (way->key == key) return way;
  }
  return nullptr;
}

inline TranslationCache::Way* TranslationCache::locate(std::uint32_t tag, std::uint64_t page) {
  for (std::size_t size = 0; size < kSizes; ++size) {
    if (valid_[size] == 0) continue;
    Way* const way = find_way(tag, page, size);
    if (way != nullptr) return way;
  }
  return nullptr;
}

// Which way it is cannot be predicted, so nothing branches on it.
inline TranslationCache::Way* TranslationCache::least_recently_used(Way* first) const {
  std::uint64_t least = first->used;
  std::uint32_t chosen = 0;
  for (std::uint32_t way = 1; way < ways_; ++way) {
    const std::uint64_t used = first[way].used;
    const bool better = used < least;
    least = better ? used : least;
    chosen = better ? way : chosen;
  }
  return first + chosen;
}

bool TranslationCache::hit(std::uint32_t tag, std::uint64_t page, bool write) {
  Way* const way = locate(tag, page);
  if (way == nullptr || (way->used & (write ? kWrite : kRead)) == 0) return false;
  touch(*way);
  return true;
}

std::optional<TranslationCache::Permissions> TranslationCache::find(std::uint32_t tag,
                                                                    std::uint64_t page) {
  Way* const way = locate(tag, page);
  if (way == nullptr) return std::nullopt;
  touch(*way);
  return Permissions{(way->used & kRead) != 0, (way->used & kWrite) != 0};
}

void TranslationCache::insert(const Entry& entry) {
  ENSURE(entry.tag < 1U << 17 && entry.page >> kSizePosition == 0, "tag and page fit their key");
  const std::size_t size = size_index(entry.page_bits);
  const std::uint64_t key = key_of(entry.tag, entry.page, size);
  Way* const first = set_of(entry.page, size);
  Way* chosen = nullptr;
  for (Way* way = first; way < first + ways_; ++way) {
    if (way->key == key) chosen = way;
  }
  if (chosen == nullptr) chosen = least_recently_used(first);
  if (chosen->key != key) {
    if (chosen->key != kFree) drop(*chosen);
    ++valid_[size];
  }
  chosen->key = key;
  chosen->used = (entry.permissions.read ? kRead : 0) | (entry.permissions.write ? kWrite : 0);
  touch(*chosen);
}

void TranslationCache::drop(Way& way) {
  --valid_[size_of(way.key)];
  way = Way{};
}

void TranslationCache::invalidate(std::uint32_t tag, std::uint64_t first, std::uint64_t pages) {
  if (pages == 1) {
    while (Way* const way = locate(tag, first)) drop(*way);
    return;
  }
  for (Way& way : table_) {
    if (way.key == kFree || tag_of(way.key) != tag) continue;
    const unsigned shift = static_cast<unsigned>(kSizeShift * size_of(way.key));
    const std::uint64_t start = number_of(way.key) << shift;
    if (start < first + pages && first < start + (1ULL << shift)) drop(way);
  }
}

void TranslationCache::invalidate_tag(std::uint32_t tag) {
  for (Way& way : table_) {
    if (way.key != kFree && tag_of(way.key) == tag) drop(way);
  }
}

}  // namespace faultpath::models
