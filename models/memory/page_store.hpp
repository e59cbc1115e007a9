// Page store: the state of each 4 KiB page that is not part of a uniform range, 12 bytes a page.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

namespace faultpath::models {

/// A page of any address space; spaces take consecutive ranges.
enum class PageId : std::uint32_t {};
inline constexpr PageId kNoPage{0xffffffff};
constexpr std::uint32_t to_index(PageId id) { return static_cast<std::uint32_t>(id); }

/// What is known of a page; bits of PageState::flags.
enum PageFlag : std::uint16_t {
  kResident = 1 << 0,  ///< has a frame
  kMapped = 1 << 1,    ///< present in the I/O page table
  kDirty = 1 << 2,     ///< differs from its copy in swap or file
  kAccessed = 1 << 3,  ///< used since reclaim last looked
  kPinned = 1 << 4,    ///< charged as locked; not reclaimed
  kSwapped = 1 << 5,   ///< has a copy in swap
  kActive = 1 << 6,    ///< on the active list, if on a list
  kListed = 1 << 7,    ///< on a list
  kBusy = 1 << 8,      ///< being filled, released or evicted: others wait
  kReadOnly = 1 << 9,  ///< in the I/O page table for reading
};

/// State of one page and its links in the one list that it is on.
struct PageState {
  PageId previous = kNoPage;
  PageId next = kNoPage;
  std::uint16_t flags = 0;
  std::uint16_t unmaps = 0;  ///< how often it left the I/O page table; wraps

  bool has(std::uint16_t flag) const { return (flags & flag) != 0; }
  void set(std::uint16_t flag) { flags = static_cast<std::uint16_t>(flags | flag); }
  void clear(std::uint16_t flag) { flags = static_cast<std::uint16_t>(flags & ~flag); }
};
static_assert(sizeof(PageState) == 12, "the budget is 16 bytes a page, with all that leads to it");

/// Pages come into being 64 at a time, when one of them is first touched; a range that nobody
/// touches costs nothing.
class PageStore {
 public:
  /// Reserves `pages` consecutive pages, whose states begin with `flags`, and returns the first. At
  /// most 2^32 - 64 in all (16 TiB).
  PageId reserve(std::uint64_t pages, std::uint16_t flags = 0);

  /// The state of a page, made if need be.
  PageState& at(PageId id);
  /// Null if neither the page nor a neighbour has been touched.
  const PageState* find(PageId id) const;
  PageState* find(PageId id);

  std::uint64_t reserved() const { return reserved_; }

 private:
  static constexpr std::uint32_t kChunkBits = 6;
  static constexpr std::uint32_t kBlockBits = 12;  // chunks of a block
  using Chunk = std::array<PageState, 1U << kChunkBits>;
  using Block = std::array<std::unique_ptr<Chunk>, 1U << kBlockBits>;

  struct Range {
    std::uint64_t first;
    std::uint16_t flags;
  };
  std::unique_ptr<Chunk> make_chunk(std::uint32_t index) const;

  std::uint64_t reserved_ = 0;
  std::vector<Range> ranges_;  // ascending
  std::vector<std::unique_ptr<Block>> blocks_;
};

/// A doubly linked list of pages through their states: the oldest at the front.
class PageList {
 public:
  explicit PageList(PageStore& store) : store_(store) {}

  std::uint64_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  PageId front() const { return front_; }
  void push_back(PageId id);
  void remove(PageId id);
  PageId pop_front();

 private:
  PageStore& store_;
  PageId front_ = kNoPage;
  PageId back_ = kNoPage;
  std::uint64_t size_ = 0;
};

}  // namespace faultpath::models
