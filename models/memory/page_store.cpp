// The sparse array of page states and the lists through it.
#include "models/memory/page_store.hpp"

#include <algorithm>
#include <iterator>

#include "sim/ensure.hpp"

namespace faultpath::models {

PageId PageStore::reserve(std::uint64_t pages, std::uint16_t flags) {
  constexpr std::uint64_t kChunk = 1ULL << kChunkBits;
  const std::uint64_t first = reserved_;
  ranges_.push_back({first, flags});
  reserved_ += (pages + kChunk - 1) / kChunk * kChunk;
  ENSURE(reserved_ < to_index(kNoPage), "all address spaces together hold at most 16 TiB");
  blocks_.resize((reserved_ >> (kChunkBits + kBlockBits)) + 1);
  return PageId{static_cast<std::uint32_t>(first)};
}

PageState& PageStore::at(PageId id) {
  const std::uint32_t index = to_index(id);
  auto& block = blocks_[index >> (kChunkBits + kBlockBits)];
  if (!block) block = std::make_unique<Block>();
  auto& chunk = (*block)[(index >> kChunkBits) & ((1U << kBlockBits) - 1)];
  if (!chunk) chunk = make_chunk(index);
  return (*chunk)[index & ((1U << kChunkBits) - 1)];
}

std::unique_ptr<PageStore::Chunk> PageStore::make_chunk(std::uint32_t index) const {
  const auto after = std::ranges::upper_bound(ranges_, index, {}, &Range::first);
  auto chunk = std::make_unique<Chunk>();
  for (PageState& page : *chunk) page.flags = std::prev(after)->flags;
  return chunk;
}

const PageState* PageStore::find(PageId id) const {
  const std::uint32_t index = to_index(id);
  const auto& block = blocks_[index >> (kChunkBits + kBlockBits)];
  if (!block) return nullptr;
  const auto& chunk = (*block)[(index >> kChunkBits) & ((1U << kBlockBits) - 1)];
  return chunk ? &(*chunk)[index & ((1U << kChunkBits) - 1)] : nullptr;
}

PageState* PageStore::find(PageId id) {
  return const_cast<PageState*>(static_cast<const PageStore*>(this)->find(id));
}

void PageList::push_back(PageId id) {
  PageState& page = store_.at(id);
  ENSURE(!page.has(kListed), "a page is on one list at a time");
  page.set(kListed);
  page.previous = back_;
  page.next = kNoPage;
  if (back_ != kNoPage) store_.at(back_).next = id;
  if (front_ == kNoPage) front_ = id;
  back_ = id;
  ++size_;
}

void PageList::remove(PageId id) {
  PageState& page = store_.at(id);
  ENSURE(page.has(kListed), "only a listed page leaves a list");
  page.clear(kListed);
  if (page.previous != kNoPage) {
    store_.at(page.previous).next = page.next;
  } else {
    front_ = page.next;
  }
  if (page.next != kNoPage) {
    store_.at(page.next).previous = page.previous;
  } else {
    back_ = page.previous;
  }
  --size_;
}

PageId PageList::pop_front() {
  const PageId id = front_;
  remove(id);
  return id;
}

}  // namespace faultpath::models
