// Stack distance: how long an LRU list must be for an access to find its page on it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace faultpath::analysis::limits {

/// The distance of an access is the number of different pages since the last access of its page,
/// that page included. A list of L pages in the order of use has the page if, and only if, the
/// distance is at most L, because a longer list holds all that a shorter one does (Mattson, Gecsei,
/// Slutz, Traiger, IBM Systems Journal 9(2), 1970). So one pass tells the faults of all limits.
///
/// Each page has a mark at the time of its last access; the distance counts marks. They are counted
/// by a tree of sums over blocks of marks (Bennett, Kruskal, IBM J. R&D 19(4), 1975). When the
/// times are used up the marks are moved together. Time: O(log of the number of pages) for an
/// access. Memory: about 13 bytes for each page.
class StackDistance {
 public:
  static constexpr std::uint64_t kFirst = 0;  ///< the distance of a page's first access

  /// There is room for so many pages; more are possible.
  explicit StackDistance(std::size_t pages = 0);

  /// Pages are small numbers, as those of PageNumbers.
  std::uint64_t access(std::uint32_t page);

 private:
  static constexpr std::uint32_t kNever = ~0U;
  static constexpr std::size_t kWordsOfBlock = 8;  // one cache line of marks

  void mark(std::uint32_t time, std::uint32_t page);
  void unmark(std::uint32_t time);
  std::uint64_t marks_before(std::uint32_t time) const;
  void add_to_tree(std::size_t block, std::int32_t change);
  void move_together();
  void resize(std::size_t times);

  std::vector<std::uint32_t> last_;     // of each page: the time of its last access
  std::vector<std::uint32_t> page_at_;  // of each time
  std::vector<std::uint64_t> marks_;    // bit by time
  std::vector<std::uint32_t> tree_;     // Fenwick tree over blocks of marks, from index 1
  std::uint32_t now_ = 0;
  std::uint32_t marked_ = 0;  // pages
};

/// How many accesses had which distance.
class Distances {
 public:
  /// There is room for the distances of so many pages; more are possible.
  explicit Distances(std::size_t pages = 0) { counts_.reserve(pages + 1); }

  /// A distance as StackDistance gives it.
  void add(std::uint64_t distance) {
    if (distance >= counts_.size()) counts_.resize(distance + 1);
    ++counts_[distance];
    ++accesses_;
  }
  std::uint64_t accesses() const { return accesses_; }
  /// Accesses that find no page on a list of `limit` pages: first ones, and those from farther.
  std::uint64_t faults(std::uint64_t limit) const;

 private:
  std::vector<std::uint64_t> counts_;  // of each distance
  std::uint64_t accesses_ = 0;
};

}  // namespace faultpath::analysis::limits
