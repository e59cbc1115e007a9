// A list of pages, and a line of faults.
#include "analysis/limits/waiting_faults.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

namespace faultpath::analysis::limits {
namespace {

class Replay {
 public:
  Replay(std::uint64_t pages, std::uint64_t limit, double blocked, Recency recency)
      : nodes_(pages + 1), limit_(limit), blocked_mean_(blocked), recency_(recency) {
    next_threshold();
  }

  /// True when it is a fault that has not begun before.
  bool access(std::uint32_t page) {
    Node& node = nodes_[page + 1];
    if (node.listed) {
      if (recency_ == Recency::used) to_back(page + 1);
      return false;
    }
    ++blocked_;
    const bool begins = node.waiting++ == 0;
    if (begins) line_.push_back(page + 1);
    while (blocked_ >= threshold_) serve();
    return begins;
  }

 private:
  // A list through the pages; node 0 is its end.
  struct Node {
    std::uint32_t previous = 0, next = 0;
    std::uint32_t waiting = 0;  // accesses
    bool listed = false;
  };

  // Whole accesses are blocked: the thresholds have the wanted mean.
  void next_threshold() {
    owed_ += blocked_mean_ - std::floor(blocked_mean_);
    const bool more = owed_ >= 1.0;
    owed_ -= more ? 1.0 : 0.0;
    threshold_ = static_cast<std::uint64_t>(blocked_mean_) + (more ? 1 : 0);
  }
  void serve() {
    const std::uint32_t page = line_[served_++];
    if (served_ > kManyServed) drop_served();
    if (size_ == limit_) remove(nodes_[0].next);
    append(page);
    Node& node = nodes_[page];
    blocked_ -= node.waiting;
    node.waiting = 0;
    next_threshold();
  }
  void drop_served() {
    line_.erase(line_.begin(), line_.begin() + static_cast<std::ptrdiff_t>(served_));
    served_ = 0;
  }

  void append(std::uint32_t page) {
    Node& node = nodes_[page];
    node.previous = nodes_[0].previous;
    node.next = 0;
    node.listed = true;
    nodes_[node.previous].next = page;
    nodes_[0].previous = page;
    ++size_;
  }
  void remove(std::uint32_t page) {
    Node& node = nodes_[page];
    nodes_[node.previous].next = node.next;
    nodes_[node.next].previous = node.previous;
    node.listed = false;
    --size_;
  }
  void to_back(std::uint32_t page) {
    remove(page);
    append(page);
  }

  static constexpr std::size_t kManyServed = 1U << 16;

  std::vector<Node> nodes_;
  std::uint64_t limit_, size_ = 0;
  double blocked_mean_;
  Recency recency_;
  std::vector<std::uint32_t> line_;  // faults in their order, from served_ on
  std::size_t served_ = 0;
  std::uint64_t blocked_ = 0;    // accesses
  std::uint64_t threshold_ = 1;  // a fault is served when so many are blocked
  double owed_ = 0.0;
};

}  // namespace

std::uint64_t faults_when_waiting(const Accesses& accesses, std::uint64_t limit, double blocked,
                                  Recency recency) {
  const auto& pages = accesses.pages;
  if (pages.empty()) return 0;
  Replay replay(std::uint64_t{*std::ranges::max_element(pages)} + 1, limit, blocked, recency);
  std::uint64_t faults = 0;
  for (std::size_t i = 0; i < pages.size(); ++i) {
    const bool begins = replay.access(pages[i]);
    faults += begins && i >= accesses.counted_from;
  }
  return faults;
}

}  // namespace faultpath::analysis::limits
