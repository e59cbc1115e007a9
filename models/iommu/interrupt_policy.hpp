// When the IOMMU sends its page request interrupt, where that is not left to the rule of its kind.
#pragma once

#include <cstdint>

#include "models/base/window.hpp"
#include "models/iommu/interrupt_target.hpp"
#include "models/iommu/iommu_spec.hpp"
#include "models/iommu/queues/page_request_queue.hpp"
#include "sim/simulation.hpp"

namespace faultpath::models {

/// One of the policies of InterruptPolicySpec, but for `per_kind`. A policy says which arrivals
/// deserve a message; the pending bits of the kind still hold it back: once a message has been
/// sent, the next goes out only when software has cleared them since (VT-d 7.5: none while PPR or
/// PRO is set). A driver under a policy therefore looks at its queue again until it is empty.
class InterruptPolicy {
 public:
  /// Requires another policy than `per_kind`. `sent` counts the messages within `window`.
  /// References outlive this.
  InterruptPolicy(sim::Simulation& simulation, const InterruptPolicySpec& spec,
                  const PageRequestQueue& queue, const StatisticsWindow& window,
                  std::uint64_t& sent);
  InterruptPolicy(const InterruptPolicy&) = delete;
  InterruptPolicy& operator=(const InterruptPolicy&) = delete;

  void connect(InterruptTarget& target) { target_ = &target; }

  /// Around each arrival at the queue. A polling driver hears of every request that is stored,
  /// without a message.
  void before_arrival();
  void after_arrival(const PageRequest& request, const Arrival& arrival);

 private:
  bool deserves(const InterruptPerKind&, const PageRequest&, const Arrival&) { return false; }
  bool deserves(const InterruptPerMessage&, const PageRequest&, const Arrival& arrival);
  bool deserves(const InterruptFirstIntoEmpty&, const PageRequest&, const Arrival& arrival);
  bool deserves(const InterruptLastOnly&, const PageRequest& request, const Arrival& arrival);
  bool deserves(const InterruptCoalesced& spec, const PageRequest&, const Arrival& arrival);
  bool deserves(const InterruptPolled&, const PageRequest&, const Arrival&) { return false; }
  void send();
  void arm(sim::Duration time);
  void expire();

  sim::Simulation& simulation_;
  InterruptPolicySpec spec_;
  const PageRequestQueue& queue_;
  const StatisticsWindow& window_;
  std::uint64_t& sent_;
  InterruptTarget* target_ = nullptr;
  bool was_empty_ = true;
  bool outstanding_ = false;    // sent, and a pending bit has been set since
  std::uint32_t unsaid_ = 0;    // coalesced: stored since the last message or the empty queue
  sim::Time deadline_{};        // coalesced: of the first of them
  bool timer_pending_ = false;  // coalesced
};

}  // namespace faultpath::models
