// Lookup, replacement and invalidation of cached translations.
#include "models/base/translation_cache.hpp"

#include <algorithm>
#include <bit>

#include "sim/ensure.hpp"

namespace faultpath::models {
namespace {

constexpr unsigned kSizeShift = 9;  // each size is 512 of the one below

std::size_t size_index(std::uint8_t order) {
  ENSURE(order == 0 || order == kSizeShift || order == 2 * kSizeShift, "sizes are 4K, 2M and 1G");
  return order / kSizeShift;
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
      table_(2 * std::size_t{entries}) {
  ENSURE(ways >= 1 && entries >= ways && entries % ways == 0, "entries are a multiple of ways");
  ENSURE(ways <= 1U << kWayBits, "the number of a way has 16 bits");
  for (std::uint64_t set = 0; set < sets_; ++set) {
    Key* const first = first_way(set);
    for (std::uint64_t way = 0; way < ways_; ++way) {
      first[way] = kFree;
      used(first + way) = way << kWayShift;
    }
  }
}

TranslationCache::Key TranslationCache::key_of(std::uint32_t tag, std::uint64_t page,
                                               std::size_t size) {
  return Key{tag} << kTagShift | Key{size} << kSizePosition | page >> (kSizeShift * size);
}

inline TranslationCache::Key* TranslationCache::set_of(std::uint64_t page, std::size_t size) {
  const std::uint64_t number = page >> (kSizeShift * size);
  const std::uint64_t set = set_mask_ != 0 || sets_ == 1 ? number & set_mask_ : number % sets_;
  return first_way(set);
}

inline TranslationCache::Key* TranslationCache::find_way(std::uint32_t tag, std::uint64_t page,
                                                         std::size_t size) {
  const Key key = key_of(tag, page, size);
  Key* const first = set_of(page, size);
  for (Key* way = first; way < first + ways_; ++way) {
    if (*way == key) return way;
  }
  return nullptr;
}

inline TranslationCache::Key* TranslationCache::locate(std::uint32_t tag, std::uint64_t page) {
  for (std::size_t size = 0; size < kSizes; ++size) {
    if (valid_[size] == 0) continue;
    Key* const way = find_way(tag, page, size);
    if (way != nullptr) return way;
  }
  return nullptr;
}

// The processor cannot predict which way matches, so the loop has no branch that depends on it.
inline TranslationCache::Key* TranslationCache::least_recently_used(Key* first) {
  std::uint64_t least = used(first);
  for (std::uint32_t way = 1; way < ways_; ++way) least = std::min(least, used(first + way));
  return first + (least >> kWayShift & ((1U << kWayBits) - 1));
}

bool TranslationCache::hit(std::uint32_t tag, std::uint64_t page, bool write) {
  Key* const way = locate(tag, page);
  if (way == nullptr || (used(way) & (write ? kWrite : kRead)) == 0) return false;
  touch(way);
  return true;
}

std::optional<TranslationCache::Permissions> TranslationCache::find(std::uint32_t tag,
                                                                    std::uint64_t page) {
  Key* const way = locate(tag, page);
  if (way == nullptr) return std::nullopt;
  touch(way);
  return Permissions{(used(way) & kRead) != 0, (used(way) & kWrite) != 0};
}

void TranslationCache::insert(const Entry& entry) {
  ENSURE(entry.tag < 1U << 17 && entry.page >> kSizePosition == 0, "tag and page fit their key");
  const std::size_t size = size_index(entry.order);
  Key* way = find_way(entry.tag, entry.page, size);
  if (way == nullptr) {
    way = least_recently_used(set_of(entry.page, size));
    if (*way != kFree) --valid_[size_of(*way)];
    ++valid_[size];
    *way = key_of(entry.tag, entry.page, size);
  }
  const std::uint64_t granted =
      (entry.permissions.read ? kRead : 0) | (entry.permissions.write ? kWrite : 0);
  used(way) = (used(way) & ~(kRead | kWrite)) | granted;
  touch(way);
}

void TranslationCache::drop(Key* way) {
  --valid_[size_of(*way)];
  *way = kFree;
  used(way) &= kTick - 1;
}

template <class Which>
void TranslationCache::drop_those(std::uint32_t tag, Which which) {
  for (std::uint64_t set = 0; set < sets_; ++set) {
    Key* const first = first_way(set);
    for (Key* way = first; way < first + ways_; ++way) {
      if (*way != kFree && tag_of(*way) == tag && which(*way)) drop(way);
    }
  }
}

void TranslationCache::invalidate(std::uint32_t tag, std::uint64_t first, std::uint64_t pages) {
  if (pages == 1) {
    for (std::size_t size = 0; size < kSizes; ++size) {
      if (valid_[size] == 0) continue;
      Key* const way = find_way(tag, first, size);
      if (way != nullptr) drop(way);
    }
    return;
  }
  drop_those(tag, [&](Key key) {
    const unsigned shift = static_cast<unsigned>(kSizeShift * size_of(key));
    const std::uint64_t start = number_of(key) << shift;
    return start < first + pages && first < start + (1ULL << shift);
  });
}

void TranslationCache::invalidate_tag(std::uint32_t tag) {
  drop_those(tag, [](Key) { return true; });
}

}  // namespace faultpath::models
