// Marks in time, and counting them.
#include "analysis/limits/stack_distance.hpp"

#include <algorithm>
#include <bit>
#include <numeric>

namespace faultpath::analysis::limits {
namespace {

constexpr std::size_t kWordBits = 64;
constexpr std::size_t kFirstTimes = 4096;

}  // namespace

StackDistance::StackDistance(std::size_t pages) : last_(pages, kNever) { resize(kFirstTimes); }

void StackDistance::resize(std::size_t times) {
  page_at_ = {};
  page_at_.resize(times);
  marks_.assign(times / kWordBits, 0);
  tree_.assign(marks_.size() / kWordsOfBlock + 1, 0);
}

std::uint64_t StackDistance::access(std::uint32_t page) {
  if (page >= last_.size()) last_.resize(std::max<std::size_t>(page + 1, 2 * last_.size()), kNever);
  if (now_ == page_at_.size()) move_together();
  std::uint64_t distance = kFirst;
  if (const std::uint32_t last = last_[page]; last != kNever) {
    distance = marked_ - marks_before(last);
    unmark(last);
  }
  mark(now_++, page);
  return distance;
}

void StackDistance::mark(std::uint32_t time, std::uint32_t page) {
  last_[page] = time;
  page_at_[time] = page;
  marks_[time / kWordBits] |= std::uint64_t{1} << (time % kWordBits);
  add_to_tree(time / (kWordBits * kWordsOfBlock), 1);
  ++marked_;
}

void StackDistance::unmark(std::uint32_t time) {
  marks_[time / kWordBits] &= ~(std::uint64_t{1} << (time % kWordBits));
  add_to_tree(time / (kWordBits * kWordsOfBlock), -1);
  --marked_;
}

void StackDistance::add_to_tree(std::size_t block, std::int32_t change) {
  for (std::size_t i = block + 1; i < tree_.size(); i += i & -i) {
    tree_[i] += static_cast<std::uint32_t>(change);
  }
}

std::uint64_t StackDistance::marks_before(std::uint32_t time) const {
  const std::size_t word = time / kWordBits;
  const std::size_t block = word / kWordsOfBlock;
  std::uint64_t sum = 0;
  for (std::size_t i = block; i > 0; i -= i & -i) sum += tree_[i];
  for (std::size_t i = block * kWordsOfBlock; i < word; ++i) {
    sum += static_cast<std::uint64_t>(std::popcount(marks_[i]));
  }
  const std::uint64_t below = (std::uint64_t{1} << (time % kWordBits)) - 1;
  return sum + static_cast<std::uint64_t>(std::popcount(marks_[word] & below));
}

// At least half of the times are free afterwards.
void StackDistance::move_together() {
  std::vector<std::uint32_t> pages;
  pages.reserve(marked_);
  for (std::uint32_t time = 0; time < now_; ++time) {
    const bool marked = (marks_[time / kWordBits] >> (time % kWordBits)) & 1;
    if (marked) pages.push_back(page_at_[time]);
  }
  resize(std::max(kFirstTimes, std::bit_ceil(2 * pages.size())));
  now_ = marked_ = 0;
  for (const std::uint32_t page : pages) mark(now_++, page);
}

std::uint64_t Distances::faults(std::uint64_t limit) const {
  const auto first = counts_.empty() ? 0 : counts_.front();
  if (limit + 1 >= counts_.size()) return first;
  const auto from = counts_.begin() + static_cast<std::ptrdiff_t>(limit + 1);
  return std::accumulate(from, counts_.end(), first);
}

}  // namespace faultpath::analysis::limits
