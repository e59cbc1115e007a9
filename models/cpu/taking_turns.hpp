// Taking turns: the virtual CPUs of one guest in a pool that they share with those of others.
#pragma once

#include <vector>

#include "models/cpu/host_pool.hpp"
#include "models/cpu/host_time.hpp"

namespace faultpath::models {

/// See HostPool, which outlives it.
class TakingTurns final : public HostTime {
 public:
  TakingTurns(HostPool& pool, unsigned count) : pool_(pool), members_(count) {}

  void want(unsigned cpu) override { pool_.want(members_[cpu]); }
  void rest(unsigned cpu, sim::Time polled_until) override {
    pool_.rest(members_[cpu], polled_until);
  }
  void wait(unsigned cpu, sim::PromiseBase& waiter, sim::Duration work,
            sim::WaitReason reason) override {
    pool_.wait(members_[cpu], waiter, work, reason);
  }
  void forget(unsigned cpu, const sim::PromiseBase* waiter) override {
    pool_.forget(members_[cpu], waiter);
  }
  bool runs(unsigned cpu) override { return members_[cpu].runs(); }
  sim::Duration ran(unsigned cpu) override { return members_[cpu].ran(pool_.now()); }
  VirtualCpuTimes times() override {
    VirtualCpuTimes sum;
    for (const HostPool::Member& member : members_) {
      sum = sum + member.times(pool_.window(), pool_.now());
    }
    return sum;
  }
  sim::Time polled_until(unsigned cpu) override { return members_[cpu].polled_until(); }

 private:
  HostPool& pool_;
  std::vector<HostPool::Member> members_;
};

}  // namespace faultpath::models
