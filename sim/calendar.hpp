// The calendar: pending events in a 4-ary heap, fired in order of time and, at equal times, of
// scheduling.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/aligned_allocator.hpp"
#include "sim/handler_stores.hpp"
#include "sim/time.hpp"

namespace faultpath::sim {

/// Names a pending event, for cancel(). Meaningless once the event has fired.
enum class EventId : std::uint64_t {};

/// A place in front of the scheduling order; see Calendar::schedule_ranked.
enum class Rank : std::uint32_t {};

/// Order: (time, rank if any, sequence). Equal times fire in scheduling order, always; only ranked
/// events go before the others of their time, so that what a component did ahead of the clock
/// (temporal decoupling) takes the place that it would have had without.
///
/// Cost: push and pop are O(log n) on 16-byte keys, four of them in a cache line; payloads lie
/// apart. The first event that a handler schedules takes the place of the fired one. An event at
/// the current time takes a ring and no heap.
class Calendar {
 public:
  /// `first_sequence` exists for the test of what happens when the sequence runs out.
  explicit Calendar(std::uint32_t first_sequence = 0);

  Time now() const { return now_; }
  const Time& clock() const { return now_; }
  /// Events fired so far; cancelled ones do not count.
  std::uint64_t fired() const { return fired_; }
  /// Calls `observer` each time that so many more events have fired. It is no event: it schedules
  /// nothing, and what happens is the same without it. Requires every > 0.
  void observe(Handler observer, std::uint64_t every) {
    observer_ = observer;
    observed_every_ = every;
    observed_next_ = fired_ + every;
  }
  /// Events still to fire.
  std::size_t pending() const { return heap_size() + ring_.size() - cancelled_; }
  bool empty() const { return pending() == 0; }

  /// Requires at >= now().
  EventId schedule(Time at, Handler handler);
  EventId schedule_after(Duration delay, Handler handler) {
    return schedule(now_ + delay, handler);
  }
  /// Fires at the current time, after everything that is already scheduled for it.
  EventId post(Handler handler) { return EventId{kInRing | ring_.push(handler)}; }
  /// As schedule(), for an event that must see the platform's clock at exactly `at`: run_before()
  /// stops in front of it and run_platform_events() fires it.
  EventId schedule_platform(Time at, Handler handler);
  /// Fires before every unranked event of its time, and in order of rank among the ranked. Two
  /// events of one rank must not be pending for one time unless their order does not matter.
  EventId schedule_ranked(Time at, Rank rank, Handler handler);
  /// Ranks are handed out in construction order.
  Rank new_rank();

  /// Requires that the event is pending. It will neither fire, nor count, nor move the clock.
  void cancel(EventId id);

  /// Fires every event strictly before `bound`, or up to and including all at kEndOfTime when that
  /// is the bound; stops early in front of a platform event, or when stop() is called.
  void run_before(Time bound);
  /// Moves the clock to `at`, which no pending event precedes, and fires the platform events at the
  /// head of the calendar that are due by then.
  void run_platform_events(Time at);
  /// Ends run_before() after the event that is being fired.
  void stop() { stopped_ = true; }
  bool stopped() const { return stopped_; }

  /// Date of the next event. Requires !empty().
  Time next();

 private:
  __extension__ using Key = unsigned __int128;  // time << 64 | order << 32 | slot

  static constexpr Key kNone = ~Key{0};
  static constexpr std::uint64_t kInRing = 1ULL << 63;  // EventId: of the ring, not of the heap
  static constexpr std::size_t kRoot = 3;  // children of i start at 4 i - 8: one cache line

  std::size_t heap_size() const { return end_ - kRoot - (spent_ ? 1 : 0); }
  EventId push(Time at, std::uint32_t order, std::uint32_t flag, Handler handler);
  void sift_up(Key key);
  Handler pop(Key top);
  void remove_root();
  void sift_down(Key key);
  void grow_heap();
  std::uint32_t next_sequence();
  void renumber();
  void fire(Handler handler);
  bool fire_next(Time bound);
  void drop_cancelled();

  Time now_{};
  std::vector<Key, AlignedAllocator<Key, 64>> keys_;
  // From kRoot to end_; behind it, at least a cache line of the largest key: no node lacks
  // children.
  std::size_t end_ = kRoot;
  HandlerSlots handlers_;
  HandlerRing ring_;  // of the current time
  std::uint64_t fired_ = 0;
  Handler observer_;
  std::uint64_t observed_every_ = 0, observed_next_ = ~0ULL;
  std::size_t cancelled_ = 0;
  std::uint32_t sequence_;
  std::uint32_t ranks_ = 0;
  bool stopped_ = false;
  bool spent_ = false;  // the key at the root has been fired and waits for one to take its place
};

}  // namespace faultpath::sim
