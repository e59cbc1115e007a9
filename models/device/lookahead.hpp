// Look-ahead: how far a device may issue operations ahead of the clock.
#pragma once

#include <cstdint>
#include <functional>
#include <queue>
#include <utility>
#include <vector>

#include "models/base/messages.hpp"
#include "models/base/wire.hpp"
#include "models/device/page_request_interface.hpp"
#include "models/device/stop_control.hpp"
#include "sim/ensure.hpp"
#include "sim/event.hpp"
#include "sim/simulation.hpp"

namespace faultpath::models {

/// An event of a device for which its operations wait. Only the look-ahead notifies it, because
/// those who wait go on later at the same time and the device may not run ahead of them.
class Occurrence {
 public:
  explicit Occurrence(const char* name = "") : event_(name) {}

 private:
  friend class Lookahead;
  sim::Event event_;
};

/// The only place that knows "ahead of the clock" (temporal decoupling).
///
/// A device may issue an operation at a time that the clock has not reached, as long as nothing can
/// happen before that changes a translation, a permission to issue, or what the device has asked
/// for. Whatever can happen is announced here, in one of five ways:
///
///  - hold():        a delay or a sequence of waits of the device's own ends in an action;
///  - expect():      an operation waits for an answer, which takes at least one way down;
///  - delay() and until(): a delay of the device's own, announced as long as it lasts;
///  - announce():    something happens at a known time from outside, such as a reset;
///  - wait_for() and notify(): waiters of an Occurrence that go on at this very time.
///
/// Messages under way to the device, credits of a shared page request interface and the end of the
/// run are looked up. horizon() is computed from all of these and from nothing else.
///
/// Who acts on the device calls interfere(), or does so by using one of the above: the run aborts
/// when an operation has been issued beyond the clock then, which means that somebody was not
/// announced.
class Lookahead {
 public:
  /// What is asked for what can happen. All of it outlives the look-ahead.
  struct Surroundings {
    sim::Simulation& simulation;
    StopControl& stop;
    const PageRequestInterface& pri;
    const Wire<UpMessage>& up;
    const Wire<DownMessage>& down;
  };

  explicit Lookahead(const Surroundings& around) : around_(around) {}
  Lookahead(const Lookahead&) = delete;
  Lookahead& operator=(const Lookahead&) = delete;

  /// Without it the device stays at the clock. At the start it is enabled.
  void enable(bool enabled) { enabled_ = enabled; }
  /// Translations can be taken away by messages that nobody has asked for. At the start they can.
  void set_revocable(bool revocable) { revocable_ = revocable; }

  /// Keeps its place in a count as long as it lives.
  class [[nodiscard]] Hold {
   public:
    Hold() = default;
    explicit Hold(std::uint64_t& count) : count_(&count) { ++count; }
    Hold(Hold&& other) noexcept : count_(std::exchange(other.count_, nullptr)) {}
    Hold& operator=(Hold&& other) noexcept {
      std::swap(count_, other.count_);
      return *this;
    }
    ~Hold() { release(); }
    void release() {
      if (count_ != nullptr) --*std::exchange(count_, nullptr);
    }

   private:
    std::uint64_t* count_ = nullptr;
  };

  /// Nothing is issued ahead of the clock as long as the hold lives. To be taken at the latest when
  /// the clock stands at what may interfere.
  Hold hold() {
    interfere();
    return Hold{held_};
  }
  /// An operation waits for an answer: nothing is issued farther ahead than the way down takes.
  /// May be taken ahead of the clock, by the operation that has been issued last.
  Hold expect() { return Hold{expected_}; }
  /// Some operation waits for an answer.
  bool expects() const { return expected_ > 0; }

  /// `co_await lookahead.delay(duration, reason)`: as Simulation::delay(), with a hold meanwhile.
  auto delay(sim::Duration duration, sim::WaitReason reason) {
    interfere();
    return HeldDelay{around_.simulation.delay(duration, reason), held_};
  }
  /// `co_await lookahead.until(at, reason)`: waits until `at` > now, beyond which nothing is issued
  /// meanwhile. May be called ahead of the clock, as expect().
  auto until(sim::Time at, sim::WaitReason reason) {
    announce(at);
    return Until{around_.simulation.delay(at - now(), reason), *this};
  }
  /// Something happens at `at`: nothing is issued beyond. Requires that nothing has been.
  void announce(sim::Time at) {
    ENSURE(at >= issued_, "what is announced lies behind an operation that has been issued");
    due_.push(at);
  }

  /// `co_await lookahead.wait_for(occurrence)`.
  auto wait_for(Occurrence& occurrence) { return Wait{occurrence.event_.wait(), woken_}; }
  /// Wakes those who wait now. They go on at this very time, after what is due already.
  void notify(Occurrence& occurrence) {
    woken_ += occurrence.event_.waiting();
    occurrence.event_.notify_all();
  }

  /// No operation may be issued later than this. With equality: an operation goes before every
  /// other event of its time, see Calendar's ranks.
  sim::Time horizon();
  /// The same after an operation that was issued at `at` has missed: its answer is not sent yet.
  sim::Time horizon_after_miss(sim::Time at);
  /// Operations up to `at` have been issued.
  void issued(sim::Time at) { issued_ = at; }
  /// Something acts on the device at the clock. Aborts the run when the device has been ahead.
  void interfere() const {
    ENSURE(issued_ <= now(),
           "a device has issued operations ahead of the clock, and then something acted on it "
           "that was not announced");
  }

 private:
  struct HeldDelay : sim::Delay {
    HeldDelay(const sim::Delay& delay, std::uint64_t& held) : sim::Delay(delay), count(held) {}
    std::uint64_t& count;
    bool suspended = false;
    template <class Promise>
    void await_suspend(std::coroutine_handle<Promise> self) {
      suspended = true;
      ++count;
      sim::Delay::await_suspend(self);
    }
    void await_resume() const noexcept { count -= suspended; }
  };
  struct Until : sim::Delay {
    Until(const sim::Delay& delay, Lookahead& whose) : sim::Delay(delay), lookahead(whose) {}
    Lookahead& lookahead;
    void await_resume() const { lookahead.happened(); }
  };
  using EventWait = decltype(std::declval<sim::Event&>().wait());
  struct Wait : EventWait {
    Wait(const EventWait& wait, std::uint64_t& woken) : EventWait(wait), count(woken) {}
    std::uint64_t& count;
    void await_resume() const noexcept { --count; }
  };
  using Times = std::priority_queue<sim::Time, std::vector<sim::Time>, std::greater<>>;

  sim::Time now() const { return around_.simulation.now(); }
  sim::Time next_due();
  void happened();

  std::uint64_t held_ = 0;      // holds
  std::uint64_t expected_ = 0;  // operations that wait for an answer
  std::uint64_t woken_ = 0;     // waiters that go on at this very time
  sim::Time issued_{};          // the latest operation
  bool enabled_ = true;
  bool revocable_ = true;
  Times due_;  // what happens at a known time
  Surroundings around_;
};

}  // namespace faultpath::models
