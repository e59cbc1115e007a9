// Page numbers: small numbers for pages, in the order of their first access.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace faultpath::analysis::limits {

/// A hash table with open addressing, of numbers only: memory grows with the pages that are
/// accessed and not with the space that they lie in, 16 to 32 bytes for each. At most 2^32 - 2
/// pages.
class PageNumbers {
 public:
  PageNumbers() : slots_(kFirstSlots, kNone) {}

  /// The number of `page`: 0 for the first one, then the next number for each that is new.
  std::uint32_t of(std::uint64_t page) {
    if (2 * (pages_.size() + 1) > slots_.size()) grow();
    std::uint32_t& slot = find(page);
    if (slot == kNone) {
      slot = count();
      pages_.push_back(page);
    }
    return slot;
  }
  /// Pages so far.
  std::uint32_t count() const { return static_cast<std::uint32_t>(pages_.size()); }

  /// A hash of a page: each bit of it depends on each bit of the page. Source: the finalizer of
  /// SplitMix64 (Steele, Lea, Flood, OOPSLA 2014).
  static std::uint64_t hash(std::uint64_t page) {
    page += 0x9e3779b97f4a7c15;
    page = (page ^ (page >> 30)) * 0xbf58476d1ce4e5b9;
    page = (page ^ (page >> 27)) * 0x94d049bb133111eb;
    return page ^ (page >> 31);
  }

 private:
  static constexpr std::uint32_t kNone = ~0U;
  static constexpr std::size_t kFirstSlots = 1024;

  // The slot of the page, or where it belongs.
  std::uint32_t& find(std::uint64_t page) {
    const std::size_t mask = slots_.size() - 1;
    std::size_t at = hash(page) & mask;
    while (slots_[at] != kNone && pages_[slots_[at]] != page) at = (at + 1) & mask;
    return slots_[at];
  }
  // The old slots are given back before the new ones are taken.
  void grow() {
    const std::size_t slots = 2 * slots_.size();
    slots_ = {};
    slots_.resize(slots, kNone);
    for (std::uint32_t number = 0; number < count(); ++number) find(pages_[number]) = number;
  }

  std::vector<std::uint32_t> slots_;  // numbers; a power of two, at most half of them in use
  std::vector<std::uint64_t> pages_;  // of each number
};

}  // namespace faultpath::analysis::limits
