// Page array: a value for each of very many pages, in memory for those that are touched.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <iterator>
#include <memory>
#include <utility>
#include <vector>

#include "sim/ensure.hpp"

namespace faultpath::models {

/// A place in a page array. Each owner of pages has a consecutive range of places.
enum class PageId : std::uint32_t {};
inline constexpr PageId kNoPage{0xffffffff};
constexpr std::uint32_t to_index(PageId id) { return static_cast<std::uint32_t>(id); }

/// A set of bits.
struct Flags {
  std::uint16_t flags = 0;

  bool has(std::uint16_t flag) const { return (flags & flag) != 0; }
  void set(std::uint16_t flag) { flags = static_cast<std::uint16_t>(flags | flag); }
  void clear(std::uint16_t flag) { flags = static_cast<std::uint16_t>(flags & ~flag); }
};

/// Values come into being 64 at a time, when one of them is first touched; a range that nobody
/// touches costs nothing.
template <class T>
class PageArray {
 public:
  /// Reserves `pages` consecutive places, whose values begin as `initial`, and returns the first.
  /// At most 2^32 - 64 in all (16 TiB).
  PageId reserve(std::uint64_t pages, const T& initial = T{}) {
    constexpr std::uint64_t kChunk = 1ULL << kChunkBits;
    const std::uint64_t first = reserved_;
    ranges_.push_back({first, initial});
    reserved_ += (pages + kChunk - 1) / kChunk * kChunk;
    ENSURE(reserved_ < to_index(kNoPage), "all address spaces together hold at most 16 TiB");
    blocks_.resize((reserved_ >> (kChunkBits + kBlockBits)) + 1);
    return PageId{static_cast<std::uint32_t>(first)};
  }

  /// The value of a page, made if need be.
  T& at(PageId id) {
    const std::uint32_t index = to_index(id);
    auto& block = blocks_[index >> (kChunkBits + kBlockBits)];
    if (!block) block = std::make_unique<Block>();
    auto& chunk = (*block)[(index >> kChunkBits) & ((1U << kBlockBits) - 1)];
    if (!chunk) chunk = make_chunk(index);
    return (*chunk)[index & ((1U << kChunkBits) - 1)];
  }
  /// Null if neither the page nor a neighbour has been touched.
  const T* find(PageId id) const {
    const std::uint32_t index = to_index(id);
    const auto& block = blocks_[index >> (kChunkBits + kBlockBits)];
    if (!block) return nullptr;
    const auto& chunk = (*block)[(index >> kChunkBits) & ((1U << kBlockBits) - 1)];
    return chunk ? &(*chunk)[index & ((1U << kChunkBits) - 1)] : nullptr;
  }
  T* find(PageId id) { return const_cast<T*>(std::as_const(*this).find(id)); }

  std::uint64_t reserved() const { return reserved_; }

  /// Visits `visit(index)` for each place from `first` on, below `first + count`, whose value, or a
  /// neighbour's, has been touched. Ascending; the visit may touch others.
  template <class Visit>
  void for_each_touched(PageId first, std::uint64_t count, Visit visit) const {
    constexpr std::uint64_t kChunk = 1ULL << kChunkBits;
    const std::uint64_t begin = to_index(first);
    for (std::uint64_t index = begin; index < begin + count;) {
      const PageId id{static_cast<std::uint32_t>(index)};
      if (find(id) == nullptr) {
        index = (index / kChunk + 1) * kChunk;
        continue;
      }
      visit(index - begin);
      ++index;
    }
  }

 private:
  static constexpr std::uint32_t kChunkBits = 6;
  static constexpr std::uint32_t kBlockBits = 12;  // chunks of a block
  using Chunk = std::array<T, 1U << kChunkBits>;
  using Block = std::array<std::unique_ptr<Chunk>, 1U << kBlockBits>;

  struct Range {
    std::uint64_t first;
    T initial;
  };
  std::unique_ptr<Chunk> make_chunk(std::uint32_t index) const {
    const auto after = std::ranges::upper_bound(ranges_, index, {}, &Range::first);
    auto chunk = std::make_unique<Chunk>();
    chunk->fill(std::prev(after)->initial);
    return chunk;
  }

  std::uint64_t reserved_ = 0;
  std::vector<Range> ranges_;  // ascending
  std::vector<std::unique_ptr<Block>> blocks_;
};

}  // namespace faultpath::models
