// Device: issues DMA operations, translates them through its ATC, and asks for missing pages.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "models/base/journal.hpp"
#include "models/base/translation_cache.hpp"
#include "models/base/window.hpp"
#include "models/base/wire.hpp"
#include "models/device/attempt.hpp"
#include "models/device/device_links.hpp"
#include "models/device/device_software.hpp"
#include "models/device/device_spec.hpp"
#include "models/device/issue_schedule.hpp"
#include "models/device/lookahead.hpp"
#include "models/device/miss_table.hpp"
#include "models/device/page_request_interface.hpp"
#include "models/device/reactions/fault_reaction.hpp"
#include "models/device/stop_control.hpp"
#include "models/memory/address_space.hpp"
#include "models/metrics/fault_record.hpp"
#include "models/strategy/strategy.hpp"
#include "sim/core_pool.hpp"
#include "sim/event.hpp"
#include "sim/gauge.hpp"
#include "sim/histogram.hpp"
#include "sim/pool.hpp"
#include "sim/ring.hpp"
#include "sim/simulation.hpp"
#include "sim/stage_profile.hpp"
#include "sim/time_series.hpp"

namespace faultpath::models {

/// Operations and bytes are those that ended in the observed time.
struct DeviceStats {
  std::uint64_t dma_operations = 0, dma_bytes = 0, page_accesses = 0, atc_hits = 0, atc_misses = 0;
  std::uint64_t ats_requests = 0, page_requests = 0, page_request_groups = 0;
  std::uint64_t dma_dropped = 0, timeouts = 0, stale_responses = 0;
  std::uint64_t faults_fatal = 0;         ///< that ended without a translation
  std::uint64_t unmatched_responses = 0;  ///< to no outstanding group: dropped
};

/// What the devices of one name record into; or all of a system, where nobody asks by name.
struct DeviceLatencies {
  sim::Histogram dma_latency, translation_latency, fault_latency;
};

/// What all devices of a system record into.
struct DeviceMetrics {
  std::array<sim::Histogram, kFaultStages> stages;
  sim::StageProfile<kFaultStages> profile;  ///< of the stages, by the latency of the fault
  sim::Gauge outstanding_requests;
  sim::TimeSeries series;  ///< latency of operations by the time of their completion, all of them
};

/// What a device undergoes at a set time. Times of all functions that share an interface are known
/// to each, because what happens to one can give credits to another.
struct Incident {
  enum class Kind { reset, stop, none } kind = Kind::none;  ///< none: of another function
  sim::Duration at{};                                       ///< from the start of the devices
  bool interface = false;    ///< reset: of the physical function, and so of the interface
  sim::Duration duration{};  ///< reset: until the function is in use again
  std::uint32_t context = 0;
  bool marker = false;  ///< stop: with a stop marker
};

/// What surrounds a device. References outlive it.
struct DeviceSetting {
  sim::Simulation& simulation;
  const DeviceSpec& spec;
  DeviceIndex index;
  bool pasids = false;  ///< requests carry the PASID of their context
  bool temporal_decoupling = true;
  bool untranslated = false;  ///< no ATS, no PRI: accesses are translated on their way
  AddressSpace& space;
  MemoryStrategy& strategy;
  StopControl& stop;
  const StatisticsWindow& window;
  DeviceMetrics& metrics;
  DeviceLatencies& latencies;
  std::vector<std::unique_ptr<Workload>> workloads;  ///< one for each context
  std::vector<Incident> incidents{};                 ///< in order of time
  std::vector<PageRange> nonfaultable{};             ///< pages on which it cannot fault
  std::string path;
  std::optional<DeviceLinks> links{};  ///< absent: the spec's link alone
  sim::CorePool* cores = nullptr;      ///< where the host copies out of a backup ring
  std::shared_ptr<PageRequestInterface> interface{};  ///< shared; null: its own
  /// Drains after a reset and a stop; null: the device itself waits for its answers.
  DeviceSoftware* software = nullptr;
};

/// ATC hits are consumed inline, ahead of the clock, as long as nothing can change a translation or
/// ask the device for anything: up to the next message on its way to it, and, while somebody could
/// send one, no further than the way down is long.
class Device {
 public:
  explicit Device(DeviceSetting setting);
  Device(const Device&) = delete;
  Device& operator=(const Device&) = delete;

  Wire<UpMessage>& up() { return up_; }
  Wire<DownMessage>& down() { return down_; }

  /// Begins to issue. `finished` is called once the last operation has completed. `revocable`:
  /// translations can be taken away.
  void start(sim::Handler finished, bool revocable);

  const std::string& path() const { return setting_.path; }
  const AddressSpace& space() const { return setting_.space; }
  const DeviceStats& stats() const { return stats_; }
  bool untranslated() const { return setting_.untranslated; }
  const PageRequestInterface& page_requests() const { return *pri_; }
  /// For the virtual functions that share it.
  std::shared_ptr<PageRequestInterface> interface() const { return pri_; }

 private:
  /// The data of an operation on its way.
  struct Transfer {
    sim::Time issued;
    std::uint32_t context;
    std::uint32_t bytes;  ///< 0: of an operation that has been given up
    bool aside;           ///< to the backup ring: completes nothing
  };

  void receive(const DownMessage& message);
  void on_issue_event();

  // Issuing.
  void advance();
  bool comes(const IssueSchedule::Slot& slot) const;
  void arm(sim::Time at);
  void watch_moment();
  /// True when every page has hit.
  bool issue(const IssueSchedule::Slot& slot, sim::Time at, const Operation& operation);
  void finish(const Attempt& attempt, std::uint32_t bytes, sim::Time translated);
  void move(const Transfer& transfer, std::uint64_t bytes, sim::Time translated);
  void on_transferred(sim::Time at);
  void completed(const Transfer& transfer, sim::Time at);
  void settle_end();
  sim::Process wind_down();

  // Translating.
  /// How an operation goes on.
  enum class Course { on, handed_over, failed, interrupted };
  sim::Process serve(Attempt attempt, IovaPage page);
  static IovaPage last_page(const Operation& operation) {
    return page_of(Iova{operation.address.value + operation.bytes - 1});
  }
  void count_access(bool hit, bool counted);
  bool lookup(const Operation& operation, std::uint32_t context, IovaPage page);
  IovaPage skip_hits(const Operation& operation, std::uint32_t context, bool counted);
  void conclude(Attempt attempt, Course course, sim::Time at);
  IovaPage collect(TranslationWindow& window, const Attempt& attempt, IovaPage page,
                   IovaPage& uncounted);
  void request(TranslationWindow& window, const Operation& operation, bool counted, sim::Time at);
  void request_several(TranslationWindow& window, sim::Time at);
  void ask_from(Miss& miss, sim::Time at);
  void send_access(Miss& miss, bool counted, sim::Time at);
  IovaPage unit_of(IovaPage page) const { return {page.value & ~((1ULL << unit_shift_) - 1)}; }
  void settle(TranslationWindow& window, bool keep);
  void complete(const AtsCompletion& completion);
  void answer(Miss& miss, const AtsCompletion& completion);
  void end_access(Miss& miss, const AtsCompletion& completion);
  void spread(Miss& first, const AtsCompletion& completion);

  // Reacting to a fault.
  /// Whether an operation that began under `epoch` may go on after a wait.
  Course after_wait(const Attempt& attempt, std::uint32_t epoch) const {
    if (epoch != epoch_) return Course::interrupted;
    return is_stopped(attempt.context) ? Course::failed : Course::on;
  }
  bool is_stopped(std::uint32_t context) const {
    return !stopped_contexts_.empty() && stopped_contexts_[context];
  }
  Course denied(Attempt& attempt, const TranslationWindow& window);
  Course react(Attempt& attempt, sim::Time at);
  bool cannot_fault(const TranslationWindow& window) const;
  Course fail_unasked(const Attempt& attempt);
  void begin_faulting(TranslationWindow& window);
  Attempt again(const Attempt& attempt);
  sim::Process retransmit(Attempt attempt, sim::Time at);
  sim::Process reissue(Attempt attempt);
  void begin_again(Attempt attempt);
  void divert(Attempt& attempt, sim::Time at);
  sim::Task<> copy_back(const Attempt& attempt);

  // Resets and stops.
  sim::Process undergo_incidents();
  sim::Task<> reset(const Incident& incident);
  void stop_context(const Incident& incident);
  void stop_issuing(std::uint32_t context);
  sim::Process drain(std::uint32_t context);
  sim::Task<> drain_now(std::uint32_t context);
  sim::Task<> stop_all();
  void send_stop_marker(Pasid pasid);

  // Faulting.
  sim::Task<bool> resolve(TranslationWindow& window, const Attempt& attempt, bool counted,
                          sim::Time missed);
  void send_group(const TranslationWindow& window, const Operation& operation, bool counted,
                  PrgIndex index, FaultTag tag);
  FaultRecord& take_record(sim::Time missed);
  FaultRecord& begin_fault(sim::Time missed);
  void release_record(FaultRecord& fault);
  void end_fault(FaultRecord& fault, bool counted);
  void refuse_fault(FaultRecord& fault, bool counted);
  sim::Duration transfer_time(std::uint64_t bytes);
  void answered(const GroupResponse& response);
  sim::Process invalidate(DeviceInvalidation request);

  std::optional<Pasid> pasid_of(std::uint32_t context) const;
  std::uint32_t cache_tag(std::uint32_t context) const { return setting_.pasids ? context : 0; }
  sim::Time now() const { return setting_.simulation.now(); }

  // What every fault touches comes first, so that it lies on few cache lines.
  DeviceSetting setting_;
  const DeviceSpec& spec_;
  MissTable misses_;
  TranslationCache atc_;
  unsigned unit_shift_;                        // pages of a translation unit, as a power of two
  std::shared_ptr<PageRequestInterface> pri_;  // of this function, or of its physical function
  sim::Pool<FaultRecord> fault_records_;
  Journal journal_;

  bool advancing_ = false;
  bool armed_ = false;
  bool stopped_ = false;
  bool winding_down_ = false;
  bool out_of_service_ = false;  // from a reset until software uses the function again
  std::uint32_t epoch_ = 0;      // resets so far
  sim::Time engine_free_{};      // the DMA engine moves one operation at a time
  sim::Time last_completion_{};
  sim::Time moment_ = sim::kEndOfTime;  // of the last issue
  std::uint64_t in_moment_ = 0;         // further issues at that time
  std::uint64_t cached_bytes_ = 0;
  sim::Duration cached_transfer_{};
  std::unique_ptr<FaultReaction> reaction_;
  sim::Distribution retry_delay_;
  std::vector<bool> stopped_contexts_;  // empty until one is
  DeviceStats stats_;
  sim::Rank rank_;
  DeviceLinks links_;
  sim::Duration round_trip_;
  Wire<UpMessage> up_;
  Wire<DownMessage> down_;
  Lookahead lookahead_;
  FunctionNumber function_;
  IssueSchedule schedule_;

  std::vector<PageRange> nonfaultable_;
  sim::Distribution invalidation_, notice_;
  sim::RandomStream retry_stream_, invalidation_stream_, notice_stream_;

  sim::Ring<Transfer> transfers_;  // on shared links
  std::uint64_t transferred_ = 0, transfers_begun_ = 0;
  sim::Time last_use_{};  // of a translation by data on shared links, as far as it is known
  sim::Event transfer_ended_{"transfers on shared links"};
  sim::Time epoch_start_{};  // when the devices started
  Occurrence service_{"function in service"};
  sim::Event ended_{"end of the device"};
  sim::Handler finished_;
};

}  // namespace faultpath::models
