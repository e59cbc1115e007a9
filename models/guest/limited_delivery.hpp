// Limited delivery: what a VMM does lest its guest take more than its share.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>

#include "models/guest/group_sink.hpp"
#include "models/guest/limits_spec.hpp"
#include "models/guest/token_bucket.hpp"
#include "models/guest/virtual_iommu.hpp"
#include "sim/simulation.hpp"

namespace faultpath::models {

class Vmm;

/// Lies between the thread of the VMM, in whose turns it does everything, and the virtual IOMMU.
/// Groups that wait for a token keep their order. One that the VMM has answered it forgets, so that
/// an answer of the guest which comes later finds none. The time for an answer begins when the
/// guest has been given the group, behind its token.
class LimitedDelivery final : public GroupSink {
 public:
  LimitedDelivery(const sim::Simulation& simulation, const GuestLimitsSpec& spec, Vmm& vmm,
                  VirtualIommu& viommu);
  LimitedDelivery(const LimitedDelivery&) = delete;
  LimitedDelivery& operator=(const LimitedDelivery&) = delete;

  sim::Task<> deliver(GuestFile& file, FaultMessage message, Worker& worker) override;
  bool takes_oversized() const override { return spec_.oversized == OversizedGroup::invalid; }
  sim::Task<> reject(GuestFile& file, FaultMessage message, Worker& worker) override;
  sim::Time due() override;
  sim::Task<> tend(Worker& worker) override;

  /// The groups of this file have been answered by somebody else.
  void forget(const GuestFile& file);
  /// Groups that wait for a token.
  std::size_t delayed() const { return delayed_.size(); }

 private:
  struct Waiting {
    GuestFile* file = nullptr;
    FaultMessage message;
    sim::Time deadline = sim::kEndOfTime;
  };

  sim::Task<> ask(GuestFile& file, FaultMessage message, Worker& worker);
  sim::Task<> answer_invalid(GuestFile& file, const FaultMessage& message, Worker& worker);
  sim::Task<> time_out(Waiting late, Worker& worker);
  void drop_answered();

  const sim::Simulation& simulation_;
  const GuestLimitsSpec spec_;
  Vmm& vmm_;
  VirtualIommu& viommu_;
  std::optional<TokenBucket> injection_;
  std::deque<Waiting> delayed_;  // for a token
  std::deque<Waiting> timed_;    // by deadline
};

}  // namespace faultpath::models
