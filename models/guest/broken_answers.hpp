// Broken answers: what becomes of a guest's answers on their way to its virtual IOMMU.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "models/base/window.hpp"
#include "models/guest/behaviour_spec.hpp"
#include "models/guest/guest_stats.hpp"
#include "models/iommu/iommu_port.hpp"
#include "sim/random.hpp"
#include "sim/simulation.hpp"

namespace faultpath::models {

/// The kernel of the guest takes it for the IOMMU, and answers every group once. It passes on
/// everything but the answers, of which it makes those of the behaviour.
class BrokenAnswers final : public IommuPort {
 public:
  /// `spec` of a behaviour that concerns answers; it outlives this, as all of the others.
  BrokenAnswers(const sim::Simulation& simulation, const GuestBehaviourSpec& spec, IommuPort& to,
                const StatisticsWindow& window, GuestBehaviourStats& stats,
                const std::string& path);

  /// Whether the behaviour concerns answers.
  static bool concerns(const GuestBehaviourSpec& spec);

  const IommuTraits& traits() const override { return to_.traits(); }
  PageRequestQueue& queue() override { return to_.queue(); }
  RegisterTrap* registers() override { return to_.registers(); }
  void connect(InterruptTarget& target) override { to_.connect(target); }
  FaultRecordUnit* fault_records() override { return to_.fault_records(); }
  bool response_needs_pasid(const PageRequest& request) const override {
    return to_.response_needs_pasid(request);
  }
  void queue_changed() override { to_.queue_changed(); }
  void interrupt() override { to_.interrupt(); }
  sim::Task<> invalidate(IoPageTable& table, IovaPage first, std::uint64_t pages) override {
    return to_.invalidate(table, first, pages);
  }
  sim::Task<> invalidate_all(Originator who) override { return to_.invalidate_all(who); }
  void terminate_stream(DeviceIndex device) override { to_.terminate_stream(device); }
  void resume_stream(DeviceIndex device) override { to_.resume_stream(device); }

 private:
  bool respond_at_once(DeviceIndex, const PageResponse&) override { return false; }
  sim::Task<> respond_in_turn(DeviceIndex device, PageResponse response) override;

  std::vector<PageResponse> answers(const NeverAnswersSpec&, const PageResponse& right);
  std::vector<PageResponse> answers(const AnswersTwiceSpec&, const PageResponse& right);
  std::vector<PageResponse> answers(const AnswersAnotherSpec& spec, const PageResponse& right);
  std::vector<PageResponse> answers(const AnswersFailureSpec&, const PageResponse& right);
  template <class Other>
  std::vector<PageResponse> answers(const Other&, const PageResponse& right) {
    return {right};
  }
  bool counts() const { return window_.counts(simulation_.now()); }

  const sim::Simulation& simulation_;
  const GuestBehaviourSpec& spec_;
  IommuPort& to_;
  const StatisticsWindow& window_;
  GuestBehaviourStats& stats_;
  const double share_;
  sim::RandomStream stream_;
  std::optional<PrgIndex> before_;  // that the last answer has named
};

}  // namespace faultpath::models
