// Issue schedule: when each context of a device issues its next operation.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "models/device/workload.hpp"
#include "sim/ring.hpp"
#include "sim/time.hpp"

namespace faultpath::models {

/// A closed loop keeps `queue_depth` operations of each context in flight: each completion is the
/// next issue, and completions are in order because they share one DMA engine. An open loop draws
/// Poisson arrivals, or takes the times of the recording.
class IssueSchedule {
 public:
  struct Slot {
    sim::Time at;
    std::uint32_t context;
  };

  using Workloads = std::vector<std::unique_ptr<Workload>>;  // one for each context

  /// `spec` outlives the schedule.
  IssueSchedule(const WorkloadSpec& spec, Workloads workloads, sim::RandomStream stream);

  void start(sim::Time epoch);
  /// The next to issue, nothing when none is due or known yet.
  std::optional<Slot> next() const {
    if (!closed_) return next_arrival();
    return ready_.empty() ? std::nullopt : std::optional<Slot>{ready_.front()};
  }
  /// Takes what next() gave. An open loop knows the next arrival of the context only when the
  /// operation has been fetched: fetch() and refill() follow.
  void take(const Slot& slot) {
    if (closed_) return ready_.pop_front();
    arrivals_[slot.context].reset();
  }
  /// The next operation of the context; nothing when its workload has ended.
  std::optional<Operation> fetch(std::uint32_t context) { return workloads_[context]->next(); }
  /// Nothing is left to fetch.
  bool has_ended(std::uint32_t context) const { return workloads_[context]->ended(); }
  void refill(const Slot& taken) {
    if (!closed_) arrivals_[taken.context] = draw(taken.context, taken.at);
  }
  /// An operation of `context` has completed at `at`, which no later completion precedes.
  void complete(sim::Time at, std::uint32_t context) {
    if (closed_) ready_.push_back({at, context});
  }
  bool closed() const { return closed_; }

 private:
  std::optional<sim::Time> draw(std::uint32_t context, sim::Time after);
  std::optional<std::uint32_t> earliest() const;
  std::optional<Slot> next_arrival() const;

  bool closed_;
  sim::Ring<Slot> ready_;
  const WorkloadSpec& spec_;
  Workloads workloads_;
  std::vector<std::optional<sim::Time>> arrivals_;  // of each context of an open loop
  sim::Time epoch_{};
  sim::RandomStream stream_;
};

}  // namespace faultpath::models
