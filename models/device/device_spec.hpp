// What a scenario says about a device: its link, translation cache, page requests and workload.
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "models/base/address.hpp"
#include "models/base/backing_spec.hpp"
#include "models/base/link_spec.hpp"
#include "models/base/sizes.hpp"
#include "models/device/on_fault_spec.hpp"
#include "models/device/workload_spec.hpp"
#include "sim/distribution.hpp"
#include "sim/time.hpp"

namespace faultpath::models {

/// Address translation cache of the device (PCIe 10.4).
struct AtsSpec {
  std::uint32_t entries = 1024;  ///< translations (assumed); a multiple of `ways`
  std::uint32_t ways = 8;        ///< associativity, at most `entries` (assumed)
  /// Finishing the uses of a translation before an invalidation is answered (assumed).
  sim::DistributionSpec invalidation = sim::ConstantSpec{sim::nanoseconds(100)};
  /// Invalidations are carried out and never answered, as when completions are lost; for study.
  bool ignores_invalidations = false;
  /// Smallest Translation Unit, bytes: a power of two from a page of the host to 1 GiB. No
  /// completion and no invalidation is about less, so software must map no smaller pages (Linux:
  /// the IOMMU's smallest page). A virtual function has that of its physical function
  /// (PCIe 10.5.1).
  std::uint64_t stu = 4 * kKiB;
  /// log2 of the pages of a unit, which is at least one.
  unsigned unit_order(PageSize size) const {
    return static_cast<unsigned>(std::countr_zero(std::max(stu, size.bytes()))) - size.bits();
  }
  /// Invalidations that the function accepts before it has answered, 1 to 32 (Invalidate Queue
  /// Depth, PCIe 10.5.1; VT-d 6.5.2.6 asks for 32). Software tells the IOMMU.
  std::uint32_t invalidate_queue_depth = 32;
  /// Asked for at once, from the page that is needed on, 1 to kMostTranslations. The IOMMU may
  /// answer fewer; what comes in addition goes into the cache (PCIe 10.2.2).
  std::uint32_t translations_per_request = 1;
  /// Without ATS a device has neither ATC nor page requests; what misses fails (VT-d 7.1.1).
  bool enabled = true;
};

/// Waiting longer each time that Success has not helped: `first`, then `factor` times as long, at
/// most `max`. The specifications leave it open. Zero: none.
struct BackOffSpec {
  sim::Duration first{};
  double factor = 2.0;  ///< above 1
  sim::Duration max = sim::milliseconds(1);
};

/// Page Request Interface of the device (PCIe 10.4).
struct PriSpec {
  std::uint32_t capacity = 256;   ///< Outstanding Page Request Capacity (lspci of an AMD GPU)
  std::uint32_t allocation = 32;  ///< requests granted, at most `capacity` (Linux: 32 for AMD)
  std::uint32_t group = 1;        ///< most requests of one page request group, 1 to `allocation`
  sim::DistributionSpec retry_delay = sim::ConstantSpec{};  ///< response to next ATS request
  BackOffSpec back_off{};
  /// Status: responses carry the PASID of their request, and are matched by it (PCIe 10.4.2.2).
  bool response_pasid_required = false;
  bool enabled =
      true;  ///< the IOMMU takes the function's page requests (PRE, EN_PRI), or stalls it (CD.S)
};

/// Bytes of the device's addresses, from their start, on which it cannot fault, such as rings and
/// descriptors: pinned at attach where the strategy can.
struct NonfaultableSpec {
  std::uint64_t offset = 0;
  std::uint64_t length = 4 * kKiB;
};

/// Function level resets in mid-run (PCIe 6.6.2), counted from the start of the devices, and how
/// long those take that the kernel asks for.
struct ResetSpec {
  std::vector<sim::Duration> at;       ///< none unless named
  std::optional<sim::Duration> every;  ///< as long as the run's `duration`
  /// From a reset until software uses the function again; absent: what it must wait for (PCIe
  /// 6.6.2).
  std::optional<sim::Duration> duration;
  static constexpr sim::Duration kShortestWait = sim::milliseconds(100);
  sim::Duration length() const { return duration.value_or(kShortestWait); }
};

/// The end of a context in mid-run: its PASID is stopped (PCIe 10.4.1.2).
struct ContextStopSpec {
  std::uint32_t context = 0;
  sim::Duration at = sim::picoseconds(1);  ///< from the start of the devices
  bool marker = true;  ///< its groups become stale and a marker follows; else it waits for answers
};

/// How the PASIDs of a device stop when it has done all its work (PCIe 10.4.1.2). Software drains
/// each of them afterwards.
enum class StopAtEnd : std::uint8_t {
  never,    ///< they stay as they are: nobody uses them again
  marker,   ///< with a stop marker
  answers,  ///< when their answers have come
};

/// A device, or `count` like ones.
struct DeviceSpec {
  std::string name = "device";
  std::uint32_t count = 1;
  std::uint32_t contexts = 1;  ///< queues, each with a closed loop or a rate of its own
  LinkSpec link;  ///< with a topology the last link, to the node that it is attached to
  std::optional<std::string> attach;  ///< node of the topology; else the IOMMU's root complex
  AtsSpec ats;
  PriSpec pri;
  OnFault on_fault = WaitSpec{};
  std::vector<NonfaultableSpec> nonfaultable;  ///< none unless named
  /// A virtual function shares the page request interface of the device of this name.
  std::optional<std::string> virtual_function_of;
  ResetSpec reset;
  std::vector<ContextStopSpec> stops;  ///< none unless named
  StopAtEnd stop_at_end = StopAtEnd::never;
  WorkloadSpec workload;
  BackingSpec memory;
  std::optional<std::string> address_space;  ///< shared by all devices that name it; else own
  /// Not: a load in the background, whose operations and requests are in no statistics.
  bool observed = true;
  bool reports_access = false;  ///< the device sets access bits on use, so an LRU can see hits
};

}  // namespace faultpath::models
