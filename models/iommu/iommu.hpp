// IOMMU: answers translation requests, queues page requests, carries out invalidations.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "models/base/journal.hpp"
#include "models/base/messages.hpp"
#include "models/base/progress_watch.hpp"
#include "models/base/translation_cache.hpp"
#include "models/base/window.hpp"
#include "models/base/wire.hpp"
#include "models/iommu/configuration_cache.hpp"
#include "models/iommu/interrupt_policy.hpp"
#include "models/iommu/invalidation_queue.hpp"
#include "models/iommu/iommu_port.hpp"
#include "models/iommu/iommu_spec.hpp"
#include "models/iommu/nested_walker.hpp"
#include "models/iommu/page_request_queue.hpp"
#include "models/iommu/response_encoding.hpp"
#include "models/iommu/stall_table.hpp"
#include "models/iommu/walker.hpp"
#include "models/memory/address_space.hpp"
#include "sim/distribution.hpp"
#include "sim/event.hpp"
#include "sim/gauge.hpp"
#include "sim/histogram.hpp"
#include "sim/interval_list.hpp"
#include "sim/semaphore.hpp"
#include "sim/signal.hpp"
#include "sim/simulation.hpp"
#include "sim/task.hpp"
#include "sim/time_series.hpp"

namespace faultpath::models {

/// What the IOMMU does for one function.
struct FunctionStats {
  std::uint64_t iotlb_hits = 0, iotlb_misses = 0, walk_reads = 0, config_reads = 0;
  std::uint64_t table_updates = 0;
  std::uint64_t stalls = 0;             ///< accesses that stalled and were recorded, each time anew
  std::uint64_t stalls_suppressed = 0;  ///< that stalled like one whose record was pending
  std::uint64_t records_lost = 0;       ///< of terminated accesses, by a full event queue
  std::uint64_t auto_responses = 0, requests_dropped = 0, faults_logged = 0, timeouts = 0;
  std::uint64_t atc_invalidations = 0;
};

/// What belongs to no single function.
struct IommuStats {
  std::uint64_t queue_overflows = 0, interrupts = 0, iotlb_invalidations = 0;
  sim::Gauge queue_depth;            ///< entries of the page request queue in use
  sim::Histogram overflow_recovery;  ///< overflow flag set until cleared
  sim::IntervalList overflows;       ///< from the flag's setting to its clearing
  sim::TimeSeries drops;             ///< requests that the queue dropped silently, by their time
};

/// One IOMMU with its queue. Requests are answered in the order in which their walks end.
class Iommu final : public IommuPort, private InvalidationQueue::Executor {
 public:
  Iommu(sim::Simulation& simulation, const IommuSpec& spec, const StatisticsWindow& window,
        std::unique_ptr<PageRequestQueue> queue, const ConfigurationFormat& format);

  /// What the IOMMU is told of a function. One without ATS holds no translations.
  struct Function {
    bool ats = true;
    unsigned unit_bits = kPageBits;  ///< it is invalidated by whole units of 2^unit_bits bytes
    std::uint32_t invalidations = InvalidationQueue::kItags;  ///< that it accepts at a time
  };
  /// Devices are attached in the order of their index. `down` is the way to the device.
  void attach(DeviceIndex device, Wire<DownMessage>& down, AddressSpace& space,
              const Function& function);
  void attach(DeviceIndex device, Wire<DownMessage>& down, AddressSpace& space) {
    attach(device, down, space, Function{});
  }
  /// To be told of every group that the queue answers itself.
  void connect(ProgressWatch& watch) { watch_ = &watch; }

  /// A message of a device.
  void receive(const UpMessage& message);

  // What software does (IommuPort).

  const IommuTraits& traits() const override { return traits_; }
  PageRequestQueue& queue() override { return *queue_; }
  void connect(InterruptTarget& target) override;
  void queue_changed() override;
  void interrupt() override;
  sim::Task<> invalidate(AddressSpace& space, IovaPage first, std::uint64_t pages) override;
  sim::Task<> invalidate_all(Originator who) override;
  void terminate_stream(DeviceIndex device) override;
  void resume_stream(DeviceIndex device) override;

  /// No device issues any more.
  void finish() { ring_.finish(); }
  /// Software changes what is set up; `device` counts only where the action is about a function.
  /// Requires an action that the kind has.
  void apply(IommuAction action, DeviceIndex device);

  std::size_t live_stalls() const { return stalls_.live(); }
  const PageRequestQueue& queue() const { return *queue_; }
  const IommuStats& stats() const { return stats_; }
  IommuStats& stats() { return stats_; }
  const FunctionStats& stats(DeviceIndex device) const { return ports_[device.value]->stats; }

 private:
  struct Port {
    Port(Wire<DownMessage>& way_down, AddressSpace& table, const Function& function)
        : down(&way_down),
          space(&table),
          ats(function.ats),
          unit_shift(function.unit_bits - kPageBits) {}
    Wire<DownMessage>* down;
    AddressSpace* space;
    bool ats;
    unsigned unit_shift;  ///< pages of a smallest translation unit, as a power of two
    ConfigurationCache::Client configuration;
    bool refused = false;            ///< translation requests end as Unsupported Request
    bool no_stalls = false;          ///< faults are terminated (CD.S = 0)
    bool no_pasid = false;           ///< they succeed without permission
    std::uint32_t terminations = 0;  ///< by terminate_stream() that resume_stream() has not ended
    std::uint32_t late_answers = 0;  ///< unsuccessful translations that are still to be delayed
    bool broken = false;             ///< has not answered an invalidation in time
    FunctionStats stats;
  };

  sim::Process translate(AtsRequest request);
  sim::Process translate_several(AtsRequest request);
  sim::Process access(UntranslatedAccess access);
  // Of untranslated accesses.
  struct Held;
  sim::Task<WalkResult> walk_for(UntranslatedAccess access);
  void grant(const UntranslatedAccess& access, const PageTableEntry& entry, AtsCompletion& answer);
  bool cut_off(const Port& port) const {
    return off_ || port.refused || port.no_pasid || port.terminations > 0;
  }
  bool may_stall(const Port& port) const;
  void terminate(AtsCompletion& answer, StallEnd how) const;
  void log(const UntranslatedAccess& access);
  static PageRequest record_of(const UntranslatedAccess& access);
  void hold(const UntranslatedAccess& access, Held& held);
  sim::Process retry_early(PrgIndex stag);
  void report(const UntranslatedAccess& access, const WalkMiss& miss, Held& held);
  void leave(UntranslatedAccess& access, const Held& held);
  static void take_clock_back(UntranslatedAccess& access, const Held& held);
  void end_stall(DeviceIndex device, PrgIndex stag, StallEnd how);
  void terminate_stalls(DeviceIndex device);
  Arrival::Fate accept(const PageRequest& request);
  void deliver(Port& port, const AtsCompletion& completion);
  sim::Process deliver_late(Wire<DownMessage>& down, AtsCompletion completion);
  /// A walk that begins: how long it reads, and what its end has to check (NestedWalker::Walk).
  struct Walk {
    sim::Duration reading{};
    unsigned from = 0;
  };
  Walk walk(Port& port, IovaPage page, bool write);
  std::uint32_t updates(const AddressSpace& space, IovaPage page, bool write, unsigned from) const;
  /// Translations that one request looks for: those that its completion can hold, and the first
  /// that differs from them.
  struct Run {
    std::uint32_t count = 0;
    std::uint64_t step = 1;  ///< pages of each
    bool walks = false;      ///< one is not in the IOTLB
    sim::Duration lookup{};
    std::array<bool, kMostTranslations> hit{};
    std::array<unsigned, kMostTranslations> from{};  ///< as in Walk
  };
  Run look_up(const Port& port, const AtsRequest& request);
  PageTableEntry look_ahead(const AddressSpace& space, IovaPage page) const;
  void note_translation(IovaPage page, bool permitted);
  bool refuse(Port& port, const AtsRequest& request);
  WalkResult result(AddressSpace& space, IovaPage page, bool write, unsigned from) const;
  bool respond_at_once(DeviceIndex device, const PageResponse& response) override {
    return ring_.respond_now(device, encoded(response));
  }
  sim::Task<> respond_in_turn(DeviceIndex device, PageResponse response) override;
  GroupResponse encoded(const PageResponse& response) const {
    return {response.index, response.pasid, wire_code(spec_.kind, response.code)};
  }
  struct Flush;
  sim::Task<> flush(Flush what);
  void forget_domain(std::uint32_t tag);
  void invalidate_implicitly(const AddressSpace& space, IovaPage page);
  sim::Duration configure(Port& port, const ConfigurationCache::Misses& missing);
  void complete(Port& port, const AtsRequest& request, unsigned from);
  void complete_several(Port& port, const AtsRequest& request, const Run& run);
  sim::Duration reads(std::uint32_t count);
  // As hardware, when it sees a descriptor.
  void invalidate_iotlb(AddressSpace& space, IovaPage first, std::uint64_t pages) override;
  void post(DeviceIndex device, const DeviceInvalidation& request) override;
  void post(DeviceIndex device, const GroupResponse& response) override;
  void timed_out(DeviceIndex device) override;

  sim::Simulation& simulation_;
  IommuSpec spec_;
  IommuTraits traits_;
  const StatisticsWindow& window_;
  std::unique_ptr<PageRequestQueue> queue_;
  InterruptTarget* target_ = nullptr;
  ProgressWatch* watch_ = nullptr;
  std::unique_ptr<InterruptPolicy> interrupts_;  ///< none: by the rule of the kind
  ConfigurationCache configuration_;
  TranslationCache iotlb_;
  Walker walker_;                       // one stage
  std::optional<NestedWalker> nested_;  // two
  sim::Semaphore walkers_;
  sim::Distribution lookup_, memory_read_, entry_update_;
  sim::RandomStream lookup_stream_, read_stream_, update_stream_;
  InvalidationQueue ring_;
  StallTable stalls_;
  sim::Semaphore stall_storage_;
  sim::Event room_to_stall_{"stall storage"};  ///< pulses when nobody waits for it any more
  std::vector<std::unique_ptr<Port>> ports_;
  std::optional<sim::Time> overflow_since_;
  bool off_ = false;  ///< every translation request is refused
  IommuStats stats_;
  Journal journal_;
};

}  // namespace faultpath::models
