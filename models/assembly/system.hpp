// System: every model of a run, wired. The only place where components meet.
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "models/assembly/attached_function.hpp"
#include "models/assembly/device_recovery.hpp"
#include "models/assembly/guests.hpp"
#include "models/assembly/host_kernel.hpp"
#include "models/assembly/host_tables.hpp"
#include "models/assembly/memory_users.hpp"
#include "models/assembly/parts.hpp"
#include "models/assembly/run.hpp"
#include "models/assembly/run_levels.hpp"
#include "models/assembly/run_series.hpp"
#include "models/assembly/system_spec.hpp"
#include "models/base/progress_watch.hpp"
#include "models/cpu/cores.hpp"
#include "models/fabric/fabric.hpp"
#include "models/iommu/iommu.hpp"
#include "models/memory/guest_memory.hpp"
#include "models/memory/mapped_process.hpp"
#include "models/memory/memory.hpp"
#include "models/metrics/metrics.hpp"
#include "models/strategy/strategy.hpp"
#include "sim/simulation.hpp"

namespace faultpath::models {

/// Built from a spec without problems; run() once.
class System final : private ProgressWatch::Source {
 public:
  System(const SystemSpec& spec, const RunHooks& hooks);
  ~System();

  RunOutcome run();

 private:
  void build_devices();
  std::shared_ptr<PageRequestInterface> interface_of(const DeviceSpec& spec) const;
  void add_device(const DeviceSpec& spec, std::size_t index, std::uint32_t instance);
  DeviceLinks links_for(const DeviceSpec& spec, std::size_t index);
  void join(DeviceIndex device, std::size_t index, IoPageTable& table, bool one_table);

  sim::Process attach_and_start();
  void attach(DeviceIndex device, const AttachedDeviceSpec& spec, bool pasids,
              const std::vector<HostTable>& tables);
  sim::Process attach_table(HostTable table);
  void start_devices();
  void start_events();
  sim::Process change(IommuEventSpec event);
  /// Each level of the result, in the order of the contract.
  std::vector<RunLevels::Level> levels();
  void start_statistics() { records_.levels.start(simulation_.now()); }
  void device_finished();
  void look_around();
  ProgressWatch::Totals totals() const override;
  std::uint64_t awaited() const override;
  std::string what_is_stuck(const PageRequest& last) const override;
  std::string missing_answers() const;

  void check_conservation() const;
  Counters counters() const;
  Counters counters_of(DeviceIndex device) const;
  Counters counters_of_guest(std::size_t place) const;
  Counters counters_of_host() const;
  DeviceLatencies latencies() const;
  std::vector<RunPart> parts() const;
  FollowedStats followed() {
    return {mapping_.stats(), memory_.stats(), iommu_->stats(), records_.metrics};
  }
  std::vector<BlameResult> blame(const sim::Histogram& fault_latency) const;
  RunOutcome outcome();

  /// What is written down, and by which times.
  struct Records {
    StatisticsWindow window;
    const StatisticsWindow unobserved;  ///< covers nothing
    DeviceMetrics metrics;
    FaultLog faults;
    std::optional<PartPlan> parts;          ///< absent: the run is not told in parts
    std::deque<DeviceLatencies> latencies;  ///< of each part; one of all without parts
    RunSeries series;
    RunLevels levels;
    sim::Histogram startup;

    DeviceLatencies& latencies_of(std::size_t device_spec) {
      return latencies[parts ? parts->of_device[device_spec] : 0];
    }
  };
  /// How far the run has come.
  struct Cycle {
    sim::Event attached{"attached spaces"};
    std::size_t attaching = 0, running = 0;  ///< tables, devices
    sim::Time epoch{}, end{};
  };

  SystemSpec spec_;
  RunHooks hooks_;
  sim::Simulation simulation_;
  Records records_;
  Cycle cycle_;
  StopControl stop_;
  PageStore store_;
  Cores cores_;
  std::unique_ptr<Iommu> iommu_;
  IoMapping mapping_;
  Memory memory_;
  MemoryUsers memory_users_;
  std::unique_ptr<Kernel> kernel_;
  Guests guests_;
  std::optional<HostTables> tables_;
  std::optional<Fabric> fabric_;
  std::deque<AttachedFunction> devices_;
  DeviceRecovery recovery_;
  ProgressWatch watch_;
  /// What is known of all devices together.
  struct Known {
    std::uint64_t most_pages = 1;  ///< that one operation touches
    /// The first instance of each device, for its virtual functions.
    std::vector<std::pair<std::string, std::shared_ptr<PageRequestInterface>>> physical;
  } known_;
};

}  // namespace faultpath::models
