// One system under one strategy: all that a run depends on.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "models/assembly/dimension.hpp"
#include "models/base/area_spec.hpp"
#include "models/device/device_spec.hpp"
#include "models/device/operation.hpp"
#include "models/device/stop_spec.hpp"
#include "models/fabric/topology_spec.hpp"
#include "models/guest/guest_spec.hpp"
#include "models/iommu/iommu_spec.hpp"
#include "models/kernel/host_spec.hpp"
#include "models/kernel/route_spec.hpp"
#include "models/strategy/strategy_spec.hpp"
#include "sim/fingerprint.hpp"
#include "sim/time.hpp"

namespace faultpath::models {

/// The accesses of a process to its own memory, from a thread on a CPU of its own.
struct CpuSpec {
  WorkloadSpec workload;  ///< `operation` is one access; addresses from the process's first on
  double rate = 1e6;      ///< accesses a second, Poisson, while no fault holds the thread (assumed)
};

/// A process on the host whose memory devices use.
struct ProcessSpec {
  std::string name;
  std::uint32_t count = 1;  ///< like processes; instance i of a device uses number i modulo count
  std::uint32_t user = 0;   ///< whose locked memory is added up by iommufd; 0: that of the others
  BackingSpec memory;
  std::vector<AreaSpec> areas;  ///< empty: what its devices reach, backed by `memory`
  std::optional<CpuSpec> cpu;   ///< absent: only devices access its memory
  bool oom_killable = true;     ///< false: never killed for memory (Linux, oom_score_adj -1000)
};

/// A guest with its processes, and who holds its memory on the host.
struct GuestMachineSpec : GuestSpec {
  /// Of the second stage, which is one for all of its devices: what is mapped of its memory.
  StrategySpec backing{"pin", PinSpec{}};
  std::vector<ProcessSpec> processes;
};

/// A context of a device that has a PASID of its own.
struct ContextSpec {
  std::optional<std::string> process;    ///< absent: that of the device
  std::optional<StrategySpec> strategy;  ///< absent: that of the device
  /// Nobody handles the page requests of its PASID: they are answered by the rules of the era.
  bool refused = false;
  /// User space is told of them, and answers them: the queue of the route per_pasid.
  bool reported = false;
};

/// A device, and what software attaches it to.
struct AttachedDeviceSpec : DeviceSpec {
  AttachedDeviceSpec() = default;
  AttachedDeviceSpec(DeviceSpec device) : DeviceSpec(std::move(device)) {}  // NOLINT: it is one

  /// One for each of its contexts; empty: all of them are attached like the device.
  std::vector<ContextSpec> own_contexts;
  std::optional<std::string> guest;      ///< that has the device, and its process; absent: none
  std::optional<std::string> process;    ///< absent: one of its own for each instance
  std::optional<StrategySpec> strategy;  ///< absent: the strategy of the run
};

struct RunSpec {
  StopSpec stop;
  sim::Duration warmup{};  ///< statistics cover what starts after it
  std::uint64_t seed = 1;
  unsigned replication = 0;
  /// Let devices consume hits ahead of the clock; the result is the same without.
  bool temporal_decoupling = true;
  /// Follow levels over time: memory, the queue's depth, requests under way. A result needs it of
  /// one replication only.
  bool level_series = true;
  sim::FingerprintIngredients fingerprint;
  std::optional<Dimension> by;  ///< the outcome is told in parts, too
};

struct SystemSpec {
  HostSpec host;
  IommuSpec iommu;
  RouteSpec route;
  std::optional<TopologySpec> topology;  ///< absent: every device has a link of its own
  std::vector<ProcessSpec> processes;
  std::vector<GuestMachineSpec> guests;
  std::vector<AttachedDeviceSpec> devices;
  /// The loaded traces, one for each device spec; empty where the workload is not a trace.
  std::vector<Trace> traces;
  StrategySpec strategy;  ///< of every device that has none of its own
  RunSpec run;
};

}  // namespace faultpath::models
