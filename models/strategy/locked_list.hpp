// Locked list: pages of one I/O page table in the order of their mapping, or of their use.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "models/memory/io_page_table.hpp"

namespace faultpath::models {

/// The oldest page is at the front. Where a page is in the list is noted in its entry, so that it
/// leaves or moves in constant time. Takes memory for the pages that are on it.
class LockedList {
 public:
  /// Nobody else writes notes into the entries of `table`.
  explicit LockedList(IoPageTable& table) : table_(table) {}

  std::uint64_t size() const { return size_; }
  bool contains(IovaPage page) { return place_of(page) != kNone; }
  /// Requires that the page is not on the list.
  void push_back(IovaPage page);
  /// Requires that the page is on the list, as move_to_back() does.
  void remove(IovaPage page);
  void move_to_back(IovaPage page);

  /// The oldest page for which `spared(page)` is false.
  template <class Spared>
  std::optional<IovaPage> oldest_but(Spared spared) const {
    for (std::uint32_t place = front_; place != kNone; place = nodes_[place].next) {
      if (!spared(nodes_[place].page)) return nodes_[place].page;
    }
    return std::nullopt;
  }

 private:
  static constexpr std::uint32_t kNone = 0;  // nodes_[0] is nobody's
  struct Node {
    IovaPage page;
    std::uint32_t previous = kNone, next = kNone;
  };
  std::uint32_t& place_of(IovaPage page) { return table_.entry(page).note; }

  IoPageTable& table_;
  std::vector<Node> nodes_{1};
  std::vector<std::uint32_t> free_;
  std::uint32_t front_ = kNone, back_ = kNone;
  std::uint64_t size_ = 0;
};

}  // namespace faultpath::models
