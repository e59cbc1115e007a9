// IOMMU: answers translation requests, queues page requests, carries out invalidations.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "models/iommu/configuration_cache.hpp"
#include "models/iommu/interrupt_policy.hpp"
#include "models/iommu/iommu_spec.hpp"
#include "models/iommu/nested_walker.hpp"
#include "models/iommu/page_request_queue.hpp"
#include "models/iommu/stall_table.hpp"
#include "models/iommu/walker.hpp"
#include "models/journal.hpp"
#include "models/memory/address_space.hpp"
#include "models/messages.hpp"
#include "models/translation_cache.hpp"
#include "models/window.hpp"
#include "models/wire.hpp"
#include "sim/distribution.hpp"
#include "sim/gauge.hpp"
#include "sim/histogram.hpp"
#include "sim/semaphore.hpp"
#include "sim/signal.hpp"
#include "sim/simulation.hpp"
#include "sim/task.hpp"

namespace faultpath::models {

struct IommuStats {
  std::uint64_t iotlb_hits = 0, iotlb_misses = 0, walk_reads = 0, config_reads = 0;
  std::uint64_t stalls = 0;  ///< accesses that stalled, each time anew
  std::uint64_t auto_responses = 0, requests_dropped = 0, queue_overflows = 0, interrupts = 0;
  std::uint64_t iotlb_invalidations = 0, atc_invalidations = 0;
  sim::Gauge queue_depth;            ///< entries of the page request queue in use
  sim::Histogram overflow_recovery;  ///< overflow flag set until cleared
};

/// One IOMMU with its queue. Requests are answered in the order in which their walks end.
class Iommu {
 public:
  Iommu(sim::Simulation& simulation, const IommuSpec& spec, const StatisticsWindow& window,
        std::unique_ptr<PageRequestQueue> queue, const ConfigurationFormat& format);

  /// Devices are attached in the order of their index. `down` is the way to the device.
  void attach(DeviceIndex device, Wire<DownMessage>& down, AddressSpace& space);
  void connect(InterruptTarget& target);

  /// A message of a device.
  void receive(const UpMessage& message);

  // What software does, at the moment at which hardware sees the descriptor.

  /// Page group response descriptor (VT-d 7.6.1); for a stall the RESUME command, by its STAG.
  void respond(DeviceIndex device, const GroupResponse& response);
  /// IOTLB invalidation, then device TLB invalidation in every device of the space; returns when
  /// all have completed.
  sim::Task<> invalidate(AddressSpace& space, IovaPage first, std::uint64_t pages);
  /// Sends the page request interrupt.
  void interrupt();
  /// The driver has changed the queue's registers.
  void queue_changed();

  const IommuSpec& spec() const { return spec_; }
  std::size_t live_stalls() const { return stalls_.live(); }
  const PageRequestQueue& queue() const { return *queue_; }
  PageRequestQueue& queue() { return *queue_; }
  const IommuStats& stats() const { return stats_; }
  IommuStats& stats() { return stats_; }

 private:
  /// Device TLB invalidations that one software thread waits for.
  struct InvalidationWait {
    std::uint32_t remaining = 0;
    sim::Signal done;
  };
  /// A function can have 32 invalidations outstanding (VT-d 6.5.2.6).
  static constexpr std::uint32_t kItags = 32;
  struct Port {
    Port(Wire<DownMessage>& way_down, AddressSpace& table)
        : down(&way_down), space(&table), itags(kItags, "invalidation tag") {}
    Wire<DownMessage>* down;
    AddressSpace* space;
    ConfigurationCache::Client configuration;
    sim::Semaphore itags;
    std::array<InvalidationWait*, kItags> waits{};
  };

  sim::Process translate(AtsRequest request);
  sim::Process access(UntranslatedAccess access);
  PrgIndex stall(const UntranslatedAccess& access);
  void accept(const PageRequest& request);
  void finish_invalidation(const DeviceInvalidationDone& done);
  sim::Duration walk(Port& port, IovaPage page);
  PageTableEntry result(AddressSpace& space, IovaPage page, bool write) const;
  void invalidate_implicitly(const AddressSpace& space, IovaPage page);
  sim::Duration configure(const Port& port, const ConfigurationCache::Misses& missing);
  void complete(Port& port, const AtsRequest& request);
  sim::Duration reads(std::uint32_t count);
  sim::Process invalidate_device(DeviceIndex device, DeviceInvalidation request,
                                 InvalidationWait& wait);

  sim::Simulation& simulation_;
  IommuSpec spec_;
  const StatisticsWindow& window_;
  std::unique_ptr<PageRequestQueue> queue_;
  InterruptTarget* target_ = nullptr;
  std::unique_ptr<InterruptPolicy> interrupts_;  ///< none: by the rule of the kind
  ConfigurationCache configuration_;
  TranslationCache iotlb_;
  Walker walker_;                       // one stage
  std::optional<NestedWalker> nested_;  // two
  sim::Semaphore walkers_;
  sim::Distribution lookup_, memory_read_, iotlb_invalidation_;
  sim::RandomStream lookup_stream_, read_stream_, invalidation_stream_;
  StallTable stalls_;
  std::vector<std::unique_ptr<Port>> ports_;
  std::optional<sim::Time> overflow_since_;
  IommuStats stats_;
  Journal journal_;
};

}  // namespace faultpath::models
