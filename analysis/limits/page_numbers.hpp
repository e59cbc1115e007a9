// Page numbers: small numbers for pages, in the order of their first access.
#pragma once

#include <cstdint>
#include <vector>

namespace faultpath::analysis::limits {

/// A hash table with open addressing: memory grows with the pages that are accessed and not with
/// the space that they lie in, 12 to 24 bytes for each. At most 2^32 - 2 pages.
class PageNumbers {
 public:
  PageNumbers() : slots_(kFirstSlots) {}

  /// The number of `page`: 0 for the first one, then the next number for each that is new.
  std::uint32_t of(std::uint64_t page) {
    if (2 * (count_ + std::uint64_t{1}) > slots_.size()) grow();
    Slot& slot = find(page);
    if (slot.number == kNone) slot = {page, count_++};
    return slot.number;
  }
  /// Pages so far.
  std::uint32_t count() const { return count_; }

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
  struct Slot {
    std::uint64_t page = 0;
    std::uint32_t number = kNone;
  };

  Slot& find(std::uint64_t page) {
    const std::size_t mask = slots_.size() - 1;
    std::size_t at = hash(page) & mask;
    while (slots_[at].number != kNone && slots_[at].page != page) at = (at + 1) & mask;
    return slots_[at];
  }
  void grow() {
    std::vector<Slot> old(2 * slots_.size());
    old.swap(slots_);
    for (const Slot& slot : old) {
      if (slot.number != kNone) find(slot.page) = slot;
    }
  }

  std::vector<Slot> slots_;  // a power of two, at most half of them in use
  std::uint32_t count_ = 0;
};

}  // namespace faultpath::analysis::limits
