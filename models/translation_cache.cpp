// Lookup, replacement and invalidation of cached translations.
#include "models/translation_cache.hpp"

#include <bit>

#include "sim/ensure.hpp"

namespace faultpath::models {
namespace {

constexpr std::size_t kNowhere = static_cast<std::size_t>(-1);
constexpr unsigned kSizeShift = 9;  // each size is 512 of the one below

std::size_t size_index(std::uint8_t page_bits) {
  ENSURE(page_bits == 12 || page_bits == 21 || page_bits == 30, "page sizes are 4K, 2M and 1G");
  return (page_bits - kPageBits) / kSizeShift;
}

}  // namespace

TranslationCache::TranslationCache(std::uint32_t entries, std::uint32_t ways)
    : ways_(ways),
      sets_(entries / ways),
      set_mask_(std::has_single_bit(sets_) ? sets_ - 1 : 0),
      keys_(entries, kFree),
      used_(entries),
      entries_(entries) {
  ENSURE(ways >= 1 && entries >= ways && entries % ways == 0, "entries are a multiple of ways");
}

// 17 bits of tag, 2 of size, 45 of page number: 57-bit addresses.
std::uint64_t TranslationCache::key_of(std::uint32_t tag, std::uint64_t page, std::size_t size) {
  return std::uint64_t{tag} << 47 | std::uint64_t{size} << 45 | page >> (kSizeShift * size);
}

std::size_t TranslationCache::set_of(std::uint64_t page, std::size_t size) const {
  const std::uint64_t number = page >> (kSizeShift * size);
  const std::uint64_t set = set_mask_ != 0 || sets_ == 1 ? number & set_mask_ : number % sets_;
  return set * ways_;
}

inline std::size_t TranslationCache::find_way(std::uint32_t tag, std::uint64_t page,
                                              std::size_t size) {
  const std::uint64_t key = key_of(tag, page, size);
  const std::size_t first = set_of(page, size);
  for (std::size_t at = first; at < first + ways_; ++at) {
    if (keys_[at] == key) return at;
  }
  return kNowhere;
}

inline std::size_t TranslationCache::locate(std::uint32_t tag, std::uint64_t page) {
  for (std::size_t size = 0; size < kSizes; ++size) {
    if (valid_[size] == 0) continue;
    const std::size_t at = find_way(tag, page, size);
    if (at != kNowhere) return at;
  }
  return kNowhere;
}

bool TranslationCache::hit(std::uint32_t tag, std::uint64_t page, bool write) {
  const std::size_t at = locate(tag, page);
  if (at == kNowhere) return false;
  const Permissions& granted = entries_[at].permissions;
  if (write ? !granted.write : !granted.read) return false;
  used_[at] = ++clock_;
  return true;
}

const TranslationCache::Entry* TranslationCache::find(std::uint32_t tag, std::uint64_t page) {
  const std::size_t at = locate(tag, page);
  if (at == kNowhere) return nullptr;
  used_[at] = ++clock_;
  return &entries_[at];
}

void TranslationCache::insert(const Entry& entry) {
  ENSURE(entry.tag < 1U << 17 && entry.page >> 45 == 0, "tag and page fit their key");
  const std::size_t size = size_index(entry.page_bits);
  std::size_t at = find_way(entry.tag, entry.page, size);
  if (at == kNowhere) {
    at = set_of(entry.page, size);
    for (std::size_t way = at; way < set_of(entry.page, size) + ways_; ++way) {
      if (used_[way] < used_[at]) at = way;  // a free way has never been used
    }
    if (keys_[at] != kFree) drop(at);
    ++valid_[size];
  }
  keys_[at] = key_of(entry.tag, entry.page, size);
  entries_[at] = entry;
  used_[at] = ++clock_;
}

void TranslationCache::drop(std::size_t at) {
  --valid_[size_index(entries_[at].page_bits)];
  keys_[at] = kFree;
  used_[at] = 0;
}

void TranslationCache::invalidate(std::uint32_t tag, std::uint64_t first, std::uint64_t pages) {
  if (pages == 1) {
    for (std::size_t at = locate(tag, first); at != kNowhere; at = locate(tag, first)) drop(at);
    return;
  }
  for (std::size_t at = 0; at < keys_.size(); ++at) {
    if (keys_[at] == kFree || entries_[at].tag != tag) continue;
    const std::uint64_t reach = 1ULL << (entries_[at].page_bits - kPageBits);
    const std::uint64_t start = entries_[at].page & ~(reach - 1);
    if (start < first + pages && first < start + reach) drop(at);
  }
}

void TranslationCache::invalidate_tag(std::uint32_t tag) {
  for (std::size_t at = 0; at < keys_.size(); ++at) {
    if (keys_[at] != kFree && entries_[at].tag == tag) drop(at);
  }
}

}  // namespace faultpath::models
