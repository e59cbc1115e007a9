// Device recovery: what drivers do about devices whose page requests are not answered.
#pragma once

#include <deque>
#include <optional>

#include "models/assembly/attached_function.hpp"
#include "models/assembly/run_levels.hpp"
#include "models/assembly/system_spec.hpp"
#include "models/base/progress_watch.hpp"
#include "models/kernel/function_reset.hpp"
#include "sim/simulation.hpp"

namespace faultpath::models {

/// Resets a device when the kernel asks for it. After the end of the run's duration it gives up
/// operations that wait for answers that do not come: a run in which answers are lost has a result,
/// of what went on without them.
class DeviceRecovery final : public FunctionReset {
 public:
  /// Without an operation that is issued or ends, or a page that is mapped, a driver waits so long
  /// for its device (assumed), besides the longest wait that the scenario asks for.
  static constexpr sim::Duration kPatience = sim::seconds(1);
  /// It looks so often whether something has gone on (assumed).
  static constexpr sim::Duration kLook = sim::microseconds(50);

  /// From the core's answers to the reset by a driver that hears of them (assumed). The answers
  /// have got to the device by then.
  static constexpr sim::Duration kReaction = sim::microseconds(10);

  /// `functions` stand by their index.
  DeviceRecovery(sim::Simulation& simulation, const SystemSpec& spec, IommuPort& iommu,
                 std::deque<AttachedFunction>& functions)
      : simulation_(simulation), spec_(spec), iommu_(iommu), functions_(functions) {}

  void reset(DeviceIndex device) override;

  /// The devices start now. `source` knows how far the run has come. `levels` keep what they were
  /// when something went on last, as the run may end with it.
  void start(const ProgressWatch::Source& source, RunLevels& levels);
  /// All of them have finished.
  void stop();
  /// When nothing went on any more, if operations have been given up: the run is over then.
  std::optional<sim::Time> standstill() const { return standstill_; }

 private:
  sim::Process reset_soon(DeviceIndex device);
  sim::Process give_up(sim::Time end, const ProgressWatch::Source& source, RunLevels& levels);
  void give_up_all();

  sim::Simulation& simulation_;
  const SystemSpec& spec_;
  IommuPort& iommu_;
  std::deque<AttachedFunction>& functions_;
  std::optional<sim::ProcessId> waiting_;
  std::optional<sim::Time> standstill_;
  bool acting_ = false;  // the process runs: it ends by itself
  bool stopped_ = false;
};

}  // namespace faultpath::models
