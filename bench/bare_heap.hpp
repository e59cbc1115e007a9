// The reference of the calendar: a heap that does nothing but order handlers by date.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/aligned_allocator.hpp"

namespace faultpath::bench {

/// 4-ary heap of (date, sequence, slot) compared as one number, four siblings to a cache line. The
/// line beyond the last key is kept full of the largest key, so that no node lacks children; the
/// grandchildren are fetched while the children are compared, and the handlers of the keys that
/// rise to the top before their turn. No cancellation, no ranks, no bound, no growth of the
/// sequence past 32 bits.
class BareHeap {
 public:
  struct Handler {
    void (*fire)(void* target);
    void* target;
  };

  explicit BareHeap(std::size_t capacity) : keys_(kRoot + capacity + 4, kNone) {
    handlers_.reserve(capacity);
    free_slots_.reserve(capacity);
  }

  void push(std::uint64_t date, Handler handler) {
    const Key key = Key{date} << 64 | Key{sequence_++} << 32 | take_slot(handler);
    std::size_t hole = end_++;
    for (; hole > kRoot && key < keys_[hole / 4 + 2]; hole = hole / 4 + 2) {
      keys_[hole] = keys_[hole / 4 + 2];
    }
    keys_[hole] = key;
  }

  /// Requires that something is pending.
  Handler pop(std::uint64_t& date) {
    const Key top = keys_[kRoot];
    const auto slot = static_cast<std::uint32_t>(top);
    __builtin_prefetch(&handlers_[slot]);
    const Key last = keys_[--end_];
    keys_[end_] = kNone;
    if (end_ != kRoot) sift_down(last);
    free_slots_.push_back(slot);
    date = static_cast<std::uint64_t>(top >> 64);
    return handlers_[slot];
  }

 private:
  __extension__ using Key = unsigned __int128;
  static constexpr Key kNone = ~Key{0};
  static constexpr std::size_t kRoot = 3;  // children of i start at 4 i - 8: one cache line
  static constexpr std::size_t kFirstOfThirdLevel = 24;

  std::uint32_t take_slot(Handler handler) {
    if (free_slots_.empty()) {
      handlers_.push_back(handler);
      return static_cast<std::uint32_t>(handlers_.size() - 1);
    }
    const std::uint32_t slot = free_slots_.back();
    free_slots_.pop_back();
    handlers_[slot] = handler;
    return slot;
  }

  void sift_down(Key key) {
    Key* const keys = keys_.data();
    std::size_t hole = kRoot;
    for (std::size_t first = 4 * hole - 8; first < end_; first = 4 * hole - 8) {
      if (const std::size_t next = 4 * first - 8; next < end_) {
        for (std::size_t line = 0; line < 4; ++line) __builtin_prefetch(keys + next + 4 * line);
      }
      std::size_t smallest = first;
      Key smallest_key = keys[first];
      for (std::size_t child = first + 1; child < first + 4; ++child) {
        const bool better = keys[child] < smallest_key;
        smallest = better ? child : smallest;
        smallest_key = better ? keys[child] : smallest_key;
      }
      if (first < kFirstOfThirdLevel) {
        __builtin_prefetch(&handlers_[static_cast<std::uint32_t>(smallest_key)]);
      }
      if (!(smallest_key < key)) break;
      keys[hole] = smallest_key;
      hole = smallest;
    }
    keys[hole] = key;
  }

  std::vector<Key, sim::AlignedAllocator<Key, 64>> keys_;
  std::size_t end_ = kRoot;
  std::vector<Handler> handlers_;
  std::vector<std::uint32_t> free_slots_;
  std::uint32_t sequence_ = 0;
};

}  // namespace faultpath::bench
