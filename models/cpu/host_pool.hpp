// A host pool: cores of the host on which the virtual CPUs of several guests take turns.
#pragma once

#include <cstdint>
#include <deque>
#include <vector>

#include "models/base/window.hpp"
#include "models/cpu/host_time.hpp"
#include "sim/promise_base.hpp"
#include "sim/simulation.hpp"
#include "sim/time.hpp"

namespace faultpath::models {

/// Round robin: whoever wants a core and finds none waits at the end of the queue, and after a
/// slice on a core goes there again if anybody waits. Where nobody waits at the end of a slice,
/// another begins. Nobody who comes takes a core away before (assumed; a fair scheduler may). One
/// that goes idle gives its core up once everything that happens at this moment has happened.
///
/// One that is polled stays on its core only as long as there are cores for all others: of those
/// that are polled, the one that is idle for longest makes room.
///
/// Events belong to slices only while somebody waits for a core, and somebody works. Where all only
/// spin, nobody's turn ends.
class HostPool {
 public:
  /// Requires cores >= 1 and slice > 0.
  HostPool(sim::Simulation& simulation, unsigned cores, sim::Duration slice,
           const StatisticsWindow& window);
  HostPool(const HostPool&) = delete;
  HostPool& operator=(const HostPool&) = delete;

  /// A virtual CPU that takes turns here. It stays where it is.
  class Member {
   public:
    /// How long it has been on a core up to `now`.
    sim::Duration ran(sim::Time now) const {
      return ran_ + (runs() ? now - since_ : sim::Duration::zero());
    }
    bool runs() const { return state_ == State::running; }
    sim::Time polled_until() const { return polled_until_; }
    /// Its time within the window of the statistics. `idle` is zero.
    VirtualCpuTimes times(const StatisticsWindow& window, sim::Time now) const;

   private:
    friend class HostPool;
    enum class State : std::uint8_t { resting, queued, running };
    /// A coroutine that waits until the virtual CPU has run so long.
    struct Waiter {
      sim::PromiseBase* promise;
      sim::Duration target;
      sim::WaitReason reason;
    };

    std::vector<Waiter> waiters_;
    VirtualCpuTimes counted_;
    sim::Duration ran_{};     // before since_
    sim::Time since_{};       // of the state
    sim::Time slice_from_{};  // while it runs
    sim::Time polled_until_{};
    State state_ = State::resting;
    std::uint8_t leaving_ = 0;  // looks that are left before it gives its core up
    bool listed_ = false;       // in HostPool::leaving_
  };
  static_assert(sizeof(Member) <= 256);

  // As HostTime.
  void want(Member& member);
  void rest(Member& member, sim::Time polled_until);
  void wait(Member& member, sim::PromiseBase& waiter, sim::Duration work, sim::WaitReason reason);
  void forget(Member& member, const sim::PromiseBase* waiter);

  sim::Time now() const { return simulation_.now(); }
  const StatisticsWindow& window() const { return window_; }
  unsigned cores() const { return cores_; }
  unsigned busy() const { return static_cast<unsigned>(running_.size()); }

 private:
  void enter(Member& member, Member::State state);
  void dispatch();
  void start(Member& member);
  void preempt(Member& member);
  void settle();
  void make_room();
  void turn();
  void arm();
  sim::Time slice_end(const Member& member) const;
  bool works(const Member& member) const;
  bool anybody_works() const;

  sim::Simulation& simulation_;
  const unsigned cores_;
  const sim::Duration slice_;
  const StatisticsWindow& window_;
  std::deque<Member*> queue_;
  std::vector<Member*> running_;  // in the order in which they were started
  std::vector<Member*> polled_;   // on cores that nobody else needs, idle for longest in front
  std::vector<Member*> leaving_;
  sim::Time turn_at_ = sim::kEndOfTime;  // that of the pending event, if any
  sim::EventId turn_{};
};

}  // namespace faultpath::models
