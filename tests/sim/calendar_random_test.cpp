// Random sequences of calendar operations against a list whose first event is looked for.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "sim/calendar.hpp"
#include "sim/random.hpp"
#include "tests/sim/support.hpp"

namespace faultpath::sim {
namespace {

constexpr std::uint32_t kUnranked = UINT32_MAX;

/// The contract in its plainest form: pending events in order of scheduling.
class ReferenceCalendar {
 public:
  struct Entry {
    Time at;
    std::uint32_t rank;
    std::uint64_t label;
  };

  void add(Entry entry) { entries_.push_back(entry); }
  void cancel(std::uint64_t label) {
    std::erase_if(entries_, [label](const Entry& e) { return e.label == label; });
  }
  bool empty() const { return entries_.empty(); }
  std::size_t size() const { return entries_.size(); }
  const Entry& operator[](std::size_t i) const { return entries_[i]; }
  bool holds(Time at, std::uint32_t rank) const {
    return std::ranges::any_of(entries_,
                               [&](const Entry& e) { return e.at == at && e.rank == rank; });
  }
  Entry pop() {
    const Entry first = *std::ranges::min_element(entries_, [](const Entry& a, const Entry& b) {
      return a.at != b.at ? a.at < b.at : a.rank < b.rank;
    });
    cancel(first.label);
    return first;
  }

 private:
  std::vector<Entry> entries_;
};

/// Drives a calendar and the reference with the same operations; each event that fires does more.
class RandomScript {
 public:
  RandomScript(std::uint64_t seed, std::uint32_t first_sequence)
      : calendar_(first_sequence), random_({seed, 0, "calendar", "script"}) {
    for (int i = 0; i < 4; ++i) ranks_.push_back(calendar_.new_rank());
  }

  void run(int operations) {
    left_ = operations;
    while (left_ > 0 || !reference_.empty()) {
      if (left_ > 0) operate();
      calendar_.run_before(calendar_.now() + picoseconds(1 + static_cast<int>(random_.below(9))));
      if (calendar_.empty()) continue;
      ASSERT_EQ(calendar_.next(), earliest());
      if (left_ <= 0) calendar_.run_before(kEndOfTime);
    }
    EXPECT_EQ(calendar_.pending(), 0U);
    EXPECT_EQ(calendar_.fired(), fired_);
  }

 private:
  struct Event {
    RandomScript* script;
    std::uint64_t label;
    EventId id;
  };

  static void fire(void* target) {
    const Event& event = *static_cast<Event*>(target);
    RandomScript& script = *event.script;
    ++script.fired_;
    const auto expected = script.reference_.pop();
    EXPECT_EQ(event.label, expected.label);
    EXPECT_EQ(script.calendar_.now(), expected.at);
    for (auto n = script.random_.below(4); n > 0 && script.left_ > 0; --n) script.operate();
    EXPECT_EQ(script.calendar_.pending(), script.reference_.size());
  }

  Time earliest() const {
    Time earliest = kEndOfTime;
    for (std::size_t i = 0; i < reference_.size(); ++i) {
      earliest = std::min(earliest, reference_[i].at);
    }
    return earliest;
  }

  void operate() {
    --left_;
    // Few different times, so that many are equal; on average as many events go as come.
    const Time at = calendar_.now() + picoseconds(static_cast<std::int64_t>(random_.below(8)));
    switch (random_.below(reference_.size() > 200 ? 9 : 7)) {
      case 0:
        return add(calendar_.now(), kUnranked, [&](Handler h) { return calendar_.post(h); });
      case 1: {
        const auto rank = static_cast<std::uint32_t>(random_.below(ranks_.size()));
        if (reference_.holds(at, rank)) return;
        return add(at, rank,
                   [&](Handler h) { return calendar_.schedule_ranked(at, ranks_[rank], h); });
      }
      case 2:
      case 7:
      case 8:
        return cancel_one();
      default:
        return add(at, kUnranked, [&](Handler h) { return calendar_.schedule(at, h); });
    }
  }

  template <class Schedule>
  void add(Time at, std::uint32_t rank, Schedule schedule) {
    const std::uint64_t label = events_.size();
    Event& event = events_.emplace_back(Event{this, label, {}});
    reference_.add({at, rank, label});
    event.id = schedule(Handler{&RandomScript::fire, &event});
  }

  void cancel_one() {
    if (reference_.empty()) return;
    const std::uint64_t label = reference_[random_.below(reference_.size())].label;
    reference_.cancel(label);
    calendar_.cancel(events_[label].id);
  }

  Calendar calendar_;
  RandomStream random_;
  ReferenceCalendar reference_;
  std::vector<Rank> ranks_;
  std::deque<Event> events_;
  std::uint64_t fired_ = 0;
  int left_ = 0;
};

class CalendarRandom : public testing::TestWithParam<std::uint64_t> {};

TEST_P(CalendarRandom, FiresAsTheSortedListSays) { RandomScript{GetParam(), 0}.run(4000); }

TEST_P(CalendarRandom, FiresAsTheSortedListSaysWhileTheSequenceRunsOut) {
  RandomScript{GetParam(), (1U << 31) - 300}.run(4000);
}

INSTANTIATE_TEST_SUITE_P(Seeds, CalendarRandom, testing::Range<std::uint64_t>(1, 9));

}  // namespace
}  // namespace faultpath::sim
