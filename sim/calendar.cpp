// The heap behind the calendar: branch-free choice of the smallest child, payload prefetched.
#include "sim/calendar.hpp"

#include <algorithm>

#include "sim/ensure.hpp"
#include "sim/prefetch.hpp"

namespace faultpath::sim {
namespace {

// The order field: ranked events have the top bit clear, so they precede the sequence numbers.
constexpr std::uint32_t kSequenced = 1U << 31;
// The slot field: an event that waits for the platform's clock.
constexpr std::uint32_t kPlatform = 1U << 31;
constexpr std::uint32_t kSlotMask = kPlatform - 1;

constexpr std::size_t kSiblings = 4;
// Index of the first key three levels below the root; above, handlers are fetched before their
// turn.
constexpr std::size_t kThirdLevel = 24;

__extension__ using Key = unsigned __int128;
constexpr Time time_of(Key key) {
  return Time{Duration{static_cast<std::int64_t>(static_cast<std::uint64_t>(key >> 64))}};
}

constexpr std::size_t parent_of(std::size_t at) { return at / 4 + 2; }
constexpr std::size_t first_child_of(std::size_t at) { return 4 * at - 8; }

}  // namespace

Calendar::Calendar(std::uint32_t first_sequence)
    : keys_(kRoot + 64, kNone), sequence_(first_sequence) {}

EventId Calendar::schedule(Time at, Handler handler) {
  if (at == now_) return post(handler);
  return push(at, kSequenced | next_sequence(), 0, handler);
}

EventId Calendar::schedule_platform(Time at, Handler handler) {
  return push(at, kSequenced | next_sequence(), kPlatform, handler);
}

EventId Calendar::schedule_ranked(Time at, Rank rank, Handler handler) {
  return push(at, static_cast<std::uint32_t>(rank), 0, handler);
}

Rank Calendar::new_rank() {
  ENSURE(ranks_ < kSequenced, "ranks are 31 bits");
  return Rank{ranks_++};
}

void Calendar::cancel(EventId id) {
  const auto bits = static_cast<std::uint64_t>(id);
  Handler& handler = (bits & kInRing) != 0 ? ring_[bits & ~kInRing] : handlers_[bits];
  ENSURE(handler.fire != nullptr, "an event is cancelled once, while it is pending");
  handler.fire = nullptr;
  ++cancelled_;
}

Time Calendar::next() {
  if (spent_) remove_root();
  drop_cancelled();
  return ring_.size() != 0 ? now_ : time_of(keys_[kRoot]);
}

void Calendar::run_before(Time bound) {
  stopped_ = false;
  while (!stopped_ && fire_next(bound)) {
  }
}

void Calendar::run_platform_events(Time at) {
  if (spent_) remove_root();
  now_ = std::max(now_, at);
  stopped_ = false;
  while (!stopped_ && heap_size() != 0) {
    const Key top = keys_[kRoot];
    if (time_of(top) > now_ || (static_cast<std::uint32_t>(top) & kPlatform) == 0) return;
    fire(pop(top));
  }
}

// The head of the heap goes first at equal times: it was scheduled before the clock came here, the
// ring after.
inline bool Calendar::fire_next(Time bound) {
  if (spent_) remove_root();
  const bool ring = ring_.size() != 0;
  if (heap_size() != 0) {
    const Key top = keys_[kRoot];
    const Time at = time_of(top);
    if (!ring || at == now_) {
      const bool platform = (static_cast<std::uint32_t>(top) & kPlatform) != 0;
      if (platform || (at >= bound && bound != kEndOfTime)) return false;
      const Handler handler = handlers_[static_cast<std::uint32_t>(top) & kSlotMask];
      spent_ = true;
      if (handler.fire != nullptr) now_ = at;
      fire(handler);
      return true;
    }
  }
  if (!ring || (now_ >= bound && bound != kEndOfTime)) return false;
  fire(ring_.pop());
  return true;
}

inline void Calendar::fire(Handler handler) {
  if (handler.fire == nullptr) [[unlikely]] {
    --cancelled_;
    return;
  }
  if (++fired_ == observed_next_) [[unlikely]] {
    observed_next_ += observed_every_;
    observer_.fire(observer_.target);
  }
  handler.fire(handler.target);
}

// The first event that a handler schedules takes the place of the one that is being fired: one way
// down the heap instead of one for the pop and one up for the push.
inline EventId Calendar::push(Time at, std::uint32_t order, std::uint32_t flag, Handler handler) {
  ENSURE(at >= now_, "an event cannot be scheduled in the past");
  ENSURE(at <= kLatest,
         "the simulated time ends at 105 days: a duration or backlog is far too long");
  const auto time = static_cast<std::uint64_t>(at.time_since_epoch().count());
  const Key key = Key{time} << 64 | Key{order} << 32 | flag;
  if (spent_) {
    const std::uint32_t slot = static_cast<std::uint32_t>(keys_[kRoot]) & kSlotMask;
    spent_ = false;
    handlers_[slot] = handler;
    sift_down(key | slot);
    return EventId{slot};
  }
  const std::uint32_t slot = handlers_.take(handler);
  ENSURE(slot < kSlotMask, "at most 2^31 - 1 events can be pending");
  sift_up(key | slot);
  return EventId{slot};
}

inline void Calendar::sift_up(Key key) {
  if (end_ + kSiblings >= keys_.size()) [[unlikely]]
    grow_heap();
  Key* const keys = keys_.data();
  std::size_t hole = end_++;
  while (hole > kRoot && key < keys[parent_of(hole)]) {
    keys[hole] = keys[parent_of(hole)];
    hole = parent_of(hole);
  }
  keys[hole] = key;
}

inline void Calendar::remove_root() {
  spent_ = false;
  pop(keys_[kRoot]);
}

inline Handler Calendar::pop(Key top) {
  const auto slot = static_cast<std::uint32_t>(top) & kSlotMask;
  const Key last = keys_[--end_];
  keys_[end_] = kNone;
  if (end_ != kRoot) sift_down(last);
  handlers_.give(slot);
  return handlers_[slot];
}

// The grandchildren are fetched while the children are compared: with many pending, a level costs
// one access to memory, not two.
inline void Calendar::sift_down(Key key) {
  const std::size_t count = end_;
  Key* const keys = keys_.data();
  const auto least = [keys](std::size_t x, std::size_t y) { return keys[y] < keys[x] ? y : x; };
  std::size_t hole = kRoot;
  for (;;) {
    const std::size_t first = first_child_of(hole);
    if (first >= count) break;
    if (const std::size_t next = first_child_of(first); next < count) {
      prefetch(keys + next, kSiblings * kSiblings * sizeof(Key));
    }
    const std::size_t smallest = least(least(first, first + 1), least(first + 2, first + 3));
    const Key smallest_key = keys[smallest];
    if (first < kThirdLevel) {
      prefetch(handlers_[static_cast<std::uint32_t>(smallest_key) & kSlotMask]);
    }
    if (!(smallest_key < key)) break;
    keys[hole] = smallest_key;
    hole = smallest;
  }
  keys[hole] = key;
}

inline std::uint32_t Calendar::next_sequence() {
  if (sequence_ == kSequenced) [[unlikely]]
    renumber();
  return sequence_++;
}

// The pending events keep their order but get the numbers from 0 on: a sorted array is a heap.
void Calendar::renumber() {
  if (spent_) remove_root();
  const auto end = keys_.begin() + static_cast<std::ptrdiff_t>(end_);
  std::sort(keys_.begin() + kRoot, end);
  sequence_ = 0;
  for (auto key = keys_.begin() + kRoot; key != end; ++key) {
    const auto order = static_cast<std::uint32_t>(*key >> 32);
    if ((order & kSequenced) == 0) continue;
    *key = (*key ^ Key{order} << 32) | Key{kSequenced | sequence_++} << 32;
  }
}

void Calendar::grow_heap() { keys_.resize(2 * keys_.size(), kNone); }

void Calendar::drop_cancelled() {
  while (ring_.size() != 0 && ring_.front().fire == nullptr) {
    ring_.pop();
    --cancelled_;
  }
  if (ring_.size() != 0) return;
  while (heap_size() != 0 &&
         handlers_[static_cast<std::uint32_t>(keys_[kRoot]) & kSlotMask].fire == nullptr) {
    pop(keys_[kRoot]);
    --cancelled_;
  }
}

}  // namespace faultpath::sim
