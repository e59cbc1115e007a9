// What a run yields: the counters, gauges, distributions and stages of the result's contract.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sim/histogram.hpp"
#include "sim/time.hpp"
#include "sim/trail.hpp"

namespace faultpath::models {

/// Whole numbers of one run; what each counts is in the table in metrics.cpp.
struct Counters {
  std::uint64_t dma_operations = 0, dma_bytes = 0, page_accesses = 0, atc_hits = 0, atc_misses = 0,
                ats_requests = 0, iotlb_hits = 0, iotlb_misses = 0, walk_reads = 0,
                config_reads = 0, page_requests = 0, page_request_groups = 0, requests_answered = 0,
                responses_success = 0, responses_invalid = 0, responses_failure = 0,
                auto_responses = 0, requests_dropped = 0, requests_discarded = 0,
                queue_overflows = 0, partial_groups_discarded = 0, faults_minor = 0,
                faults_major = 0, faults_spurious = 0, faults_stage1 = 0, faults_stage2 = 0,
                faults_fatal = 0, evictions = 0, pages_mapped = 0, pages_unmapped = 0,
                pages_pinned = 0, iotlb_invalidations = 0, atc_invalidations = 0, vm_exits = 0,
                lost_responses = 0, timeouts = 0, dma_dropped = 0, interrupts = 0,
                faults_logged = 0, table_updates = 0, stalls_suppressed = 0, records_lost = 0,
                responses_unmatched = 0, mmap_lock_sections = 0, requests_unserved = 0,
                responses_misrouted = 0, responses_refused = 0, responses_withheld = 0,
                reader_wake_ups = 0, empty_reads = 0, snoop_hits = 0, snoop_misses = 0,
                policy_switches = 0, pins_refused = 0, zero_page_maps = 0, page_copies = 0,
                page_reuses = 0, fault_around_pages = 0, readahead_pages = 0, readahead_hits = 0,
                readahead_async = 0, folio_faults = 0, folio_pages = 0, numa_moves = 0,
                huge_faults = 0, huge_splits = 0, huge_collapses = 0, access_flag_faults = 0,
                cgroup_high = 0, cgroup_max = 0, cgroup_oom = 0, oom_kills = 0, notifier_ranges = 0,
                notifier_pages = 0, cpu_accesses = 0, cpu_faults = 0, reclaim_sleeps = 0,
                reclaim_spins = 0, pinned_scans = 0, workingset_refaults = 0,
                workingset_activations = 0, userfaults = 0, userfaults_refused = 0, page_events = 0,
                interval_retries = 0, partial_completions = 0, retransmissions = 0,
                late_responses = 0, misplaced_responses = 0, requests_unanswered = 0,
                vm_exits_user = 0, guest_requests = 0, guest_requests_lost = 0,
                guest_interrupts = 0, guest_answers = 0, fault_queue_overflows = 0,
                container_wait_ns = 0, vcpu_halts = 0, vcpu_polls_succeeded = 0,
                vcpu_polls_failed = 0, vcpu_wake_ups = 0, vcpu_interrupts_running = 0,
                vcpu_interrupts_polling = 0, vcpu_interrupts_halted = 0,
                vcpu_interrupts_descheduled = 0, vcpu_run_ns = 0, vcpu_stolen_ns = 0,
                vcpu_idle_ns = 0, remote_faults_vcpu = 0, remote_faults_device = 0,
                pages_fetched = 0, pages_pushed = 0, pages_preinstalled = 0,
                guest_answers_unmatched = 0, guest_answers_withheld = 0, guest_answers_extra = 0,
                guest_invalidations = 0, guest_pasid_changes = 0, guest_groups_detached = 0,
                guest_groups_limited = 0, guest_groups_timed_out = 0, guest_groups_delayed = 0,
                guest_groups_oversized = 0, guest_invalidations_delayed = 0, guest_other_work = 0,
                guest_cpu_faults = 0, guest_cpu_faults_async = 0, vcpu_kicks = 0;
};
Counters& operator+=(Counters& sum, const Counters& other);

/// Name, meaning and place of a counter, in the order of the contract.
struct CounterInfo {
  std::string_view name, meaning;
  std::uint64_t Counters::* member;
};
const std::vector<CounterInfo>& counter_table();

/// The parts of a fault, in the order in which a fault that meets no obstacle goes through them.
enum class FaultStage : std::uint8_t {
  translate,   ///< first ATS request until its completion without permission
  credit,      ///< waiting in the device for a page request credit or a PRG index
  request,     ///< page request on its way to the queue
  queue,       ///< in the page request queue, until the driver thread takes it
  report,      ///< driver thread and fault core, until the group is queued as work
  work_queue,  ///< until a core starts on the group
  handle,      ///< in the handler of the strategy
  respond,     ///< from the answer's descriptor until the device has it
  back_off,    ///< retry delay of the device
  retry,       ///< ATS request after the answer
  // Of a fault that a guest handles, between `report` and `respond`; in this order.
  vmm_wake_up,       ///< in a fault file, until the thread of the VMM runs
  vmm_lock,          ///< the thread waits for the lock of the VMM
  vmm_read,          ///< read() of the fault file
  vmm_limit,         ///< kept back by a limit of the VMM
  vmm_queue,         ///< into the virtual queue
  vmm_invalidate,    ///< the VMM invalidates the page, too
  inject,            ///< the VMM sends the interrupt
  virtual_cpu,       ///< until a virtual CPU has it
  guest_wake_up,     ///< until the interrupt thread of the guest runs
  guest_registers,   ///< the exits of that thread for registers, before it reads the queue
  guest_report,      ///< that thread and the guest's fault core
  guest_work_queue,  ///< until a virtual CPU starts on the group
  guest_handle,      ///< in the guest's handler
  guest_respond,     ///< the guest writes its answer
  guest_exit,        ///< the exit for it
  vmm_answer,        ///< the VMM finds the group, and writes the answer into the fault file
  count
};
inline constexpr std::size_t kFaultStages = static_cast<std::size_t>(FaultStage::count);
/// Those of a fault that the host handles alone come first.
inline constexpr std::size_t kHostStages = static_cast<std::size_t>(FaultStage::vmm_wake_up);
/// Whose time a stage is.
enum class Scope : std::uint8_t { device, iommu, host, vmm, guest, count };
std::string_view name_of(Scope scope);
Scope scope_of(FaultStage stage);
struct StageInfo {
  std::string_view name, meaning;
};
const std::array<StageInfo, kFaultStages>& stage_table();

/// Over the observed time: from the end of the warm-up until the last device has finished.
struct GaugeResult {
  std::string name;
  double mean = 0.0;
  std::int64_t max = 0, final = 0;
};
struct DistributionResult {
  std::string name;
  sim::Histogram histogram;
};
struct StageResult {
  std::string name;
  sim::Histogram histogram;  ///< time of each fault in this stage, zeros included
};
/// How the values of two neighbouring steps make one of twice the width.
enum class SeriesKind {
  sum,            ///< a count in a step
  max,            ///< the highest in a step
  level,          ///< the mean over the time of a step, of which the last may be cut short
  per_operation,  ///< a mean over the operations that completed in a step
};
/// Something over time, at equal steps from the start of the devices to their end.
struct SeriesResult {
  std::string_view name;
  SeriesKind kind{};
  sim::Duration step{};  ///< a power of two of picoseconds
  std::vector<double> values;
};
struct SeriesInfo {
  std::string_view name, meaning;
  SeriesKind kind;
};
/// The series of the contract, in its order.
const std::vector<SeriesInfo>& series_table();

/// The stages of the faults around a quantile of their latency. They sum to the quantile.
struct BlameResult {
  std::string name;                       ///< `p99`
  std::array<double, kFaultStages> ns{};  ///< in the order of the stages
};
/// From the start of the devices.
struct IntervalResult {
  sim::Duration begin{}, end{};
};

/// What belongs to one name of a dimension: to the devices of one spec, say. Of the counters only
/// those of part_counter_table() are meant; they sum, and the distributions merge, to those of the
/// run that have the same names.
struct RunPart {
  std::string name;
  bool observed = true;  ///< false: it has devices, and none of them is observed
  Counters counters;
  std::vector<DistributionResult> distributions;
};

/// A level whose area over time is not the sum of the times for which its things were held:
/// Little's law, or the utilisation law for cores, does not hold, so that something is counted
/// wrongly.
struct LawDrift {
  std::string name;                       ///< of the gauge
  double by_level = 0.0, by_times = 0.0;  ///< the mean, once each way
};

struct RunOutcome {
  std::uint64_t fingerprint = 0;
  sim::Duration simulated{};
  std::uint64_t events = 0;
  Counters counters;
  std::vector<GaugeResult> gauges;
  std::vector<DistributionResult> distributions;
  std::vector<StageResult> stages;
  std::vector<SeriesResult> series;
  std::vector<IntervalResult> overflow_intervals;
  std::vector<BlameResult> blame;  ///< empty when no fault was counted
  sim::Duration started{};         ///< of the devices, from the start of the run
  sim::RunTrail trail;             ///< by the time from the start of the run
  std::vector<LawDrift> drifts;    ///< empty, as they are exact
  std::vector<RunPart> parts;      ///< by the dimension that was asked for; empty without one
};

/// Gauges and distributions of the contract with their meaning, for `list` and for documentation.
const std::vector<StageInfo>& gauge_table();
const std::vector<StageInfo>& distribution_table();

}  // namespace faultpath::models
