// Buckets of outstanding misses.
#include "models/device/miss_table.hpp"

#include <algorithm>
#include <bit>

namespace faultpath::models {
namespace {

constexpr std::size_t kMostBuckets = 1U << 24;

}  // namespace

MissTable::MissTable(std::uint32_t expected, unsigned unit_order)
    : shift_(unit_order),
      buckets_(std::bit_ceil(std::clamp<std::size_t>(2 * std::size_t{expected}, 16, 1U << 16))) {}

Miss* MissTable::find(std::uint32_t context, IovaPage page) {
  Miss* miss = buckets_[bucket(context, page)];
  while (miss != nullptr && (!together(miss->page, page) || miss->context != context))
    miss = miss->chain;
  return miss;
}

// Doubles the number of buckets, up to 2^24: so many bits the hash has.
void MissTable::grow() {
  std::vector<Miss*> full(2 * buckets_.size());
  full.swap(buckets_);
  for (Miss* miss : full) {
    while (miss != nullptr) {
      Miss* const next = miss->chain;
      Miss*& head = buckets_[bucket(miss->context, miss->page)];
      miss->chain = head;
      head = miss;
      miss = next;
    }
  }
}

Miss& MissTable::add(std::uint32_t context, IovaPage page) {
  if (misses_.in_use() >= buckets_.size() && buckets_.size() < kMostBuckets) grow();
  Miss& miss = misses_.take();
  miss.tag = misses_.number_of(miss);
  miss.context = context;
  miss.page = page;
  miss.granted = false;
  miss.asked = Miss::Asked::no;
  miss.next = nullptr;
  Miss*& head = buckets_[bucket(context, page)];
  miss.chain = head;
  head = &miss;
  return miss;
}

void MissTable::remove(Miss& miss) {
  Miss** link = &buckets_[bucket(miss.context, miss.page)];
  while (*link != &miss) link = &(*link)->chain;
  *link = miss.chain;
  misses_.give(miss);
}

void MissTable::revoke(std::uint32_t context, IovaPage first, std::uint64_t pages) {
  if (pages <= buckets_.size()) {
    for (std::uint64_t page = 0; page < pages; ++page) {
      Miss* const miss = find(context, first + page);
      if (miss != nullptr) miss->revoked = true;
    }
    return;
  }
  const std::uint64_t begin = first.value >> shift_;
  const std::uint64_t end = (first.value + pages - 1) >> shift_;
  for (Miss* miss : buckets_) {
    for (; miss != nullptr; miss = miss->chain) {
      const std::uint64_t unit = miss->page.value >> shift_;
      if (miss->context == context && unit >= begin && unit <= end) miss->revoked = true;
    }
  }
}

}  // namespace faultpath::models
