// What a function of a device is apart from its spec, and what surrounds it.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "models/base/access_observer.hpp"
#include "models/base/address.hpp"
#include "models/base/device_services.hpp"
#include "models/base/dma_policy.hpp"
#include "models/base/messages.hpp"
#include "models/base/paging_spec.hpp"
#include "models/base/window.hpp"
#include "models/device/device_links.hpp"
#include "models/device/device_stats.hpp"
#include "models/device/page_request_interface.hpp"
#include "models/device/stop_control.hpp"
#include "models/device/workload.hpp"
#include "models/metrics/fault_log.hpp"
#include "sim/simulation.hpp"
#include "sim/time.hpp"

namespace faultpath::models {

/// What a function undergoes at a set time. Times of all functions that share an interface are
/// known to each, because what happens to one can give credits to another.
struct Incident {
  enum class Kind { reset, stop, none } kind = Kind::none;  ///< none: of another function
  sim::Duration at{};                                       ///< from the start of the devices
  bool interface = false;    ///< reset: of the physical function, and so of the interface
  sim::Duration duration{};  ///< reset: until the function is in use again
  std::uint32_t context = 0;
  bool marker = false;  ///< stop: with a stop marker
};

/// What a function is.
struct FunctionPlan {
  DeviceIndex index;
  std::string path;
  bool pasids = false;        ///< requests carry the PASID of their context
  bool untranslated = false;  ///< no ATS, no PRI: accesses are translated on their way
  std::optional<PagingSpec>
      paging{};           ///< it tells of absent pages by events, without page requests
  bool lookahead = true;  ///< it may consume hits ahead of the clock
  std::vector<std::unique_ptr<Workload>> workloads;  ///< one for each context
  std::vector<Incident> incidents{};                 ///< in order of time
  std::vector<PageRange> nonfaultable{};             ///< pages on which it cannot fault
  std::optional<DeviceLinks> links{};                ///< absent: the spec's link alone
  PageSize page_size{};                              ///< that translations and requests are about
};

/// Where a function records. With a window that covers nothing it is in no statistics.
struct FunctionRecords {
  const StatisticsWindow& window;
  DeviceMetrics& metrics;
  DeviceLatencies& latencies;
  FaultLog& faults;
};

/// What surrounds a function, and outlives it.
struct FunctionWiring {
  sim::Simulation& simulation;
  StopControl& stop;
  FunctionRecords records;
  AccessObserver* observer = nullptr;  ///< null: it does not report access
  /// Null: there is no backup ring, and the device itself waits for its answers after a reset.
  DeviceServices* services = nullptr;
  DmaPolicy* policy = nullptr;  ///< null: software does nothing before and after an operation
  std::shared_ptr<PageRequestInterface> interface{};  ///< shared; null: its own
};

}  // namespace faultpath::models
