// The names of the result's contract and what they mean.
#include "models/metrics/metrics.hpp"

#include <iterator>

namespace faultpath::models {

namespace {

using C = Counters;

constexpr CounterInfo kCounters[] = {
    {"dma_operations", "operations that completed whole", &C::dma_operations},
    {"dma_bytes", "bytes of these operations", &C::dma_bytes},
    {"page_accesses", "pages that operations overlap, each time anew", &C::page_accesses},
    {"atc_hits", "page accesses that found a translation in the device", &C::atc_hits},
    {"atc_misses", "page accesses that did not", &C::atc_misses},
    {"ats_requests", "translation requests, retries included", &C::ats_requests},
    {"iotlb_hits", "translation requests that hit in the IOTLB", &C::iotlb_hits},
    {"iotlb_misses", "translation requests that walked", &C::iotlb_misses},
    {"walk_reads", "reads of page-table entries, both stages", &C::walk_reads},
    {"config_reads", "reads of root, context and PASID entries", &C::config_reads},
    {"page_requests", "page requests sent", &C::page_requests},
    {"page_request_groups", "page request groups sent", &C::page_request_groups},
    {"requests_answered", "requests in groups that software answered", &C::requests_answered},
    {"responses_success", "group responses of software: Success", &C::responses_success},
    {"responses_invalid", "group responses of software: Invalid", &C::responses_invalid},
    {"responses_failure", "group responses of software: Failure", &C::responses_failure},
    {"auto_responses", "last requests that the queue answered", &C::auto_responses},
    {"requests_dropped", "requests that the queue dropped silently", &C::requests_dropped},
    {"requests_discarded", "requests in partial groups that software discarded",
     &C::requests_discarded},
    {"queue_overflows", "times that the overflow flag was set", &C::queue_overflows},
    {"partial_groups_discarded", "partial groups that software discarded",
     &C::partial_groups_discarded},
    {"faults_minor", "page requests served without I/O", &C::faults_minor},
    {"faults_major", "page requests that read swap or a file", &C::faults_major},
    {"faults_spurious", "page requests for a page that was there already", &C::faults_spurious},
    {"faults_stage1", "minor and major faults of the first stage", &C::faults_stage1},
    {"faults_stage2", "minor and major faults of the second stage", &C::faults_stage2},
    {"faults_fatal",
     "faults that ended without a translation: answered Invalid or Failure by software or by the "
     "queue, refused by the IOMMU, stopped, or of a page that the device could not ask for",
     &C::faults_fatal},
    {"evictions", "pages taken from a device, by reclaim or a limit", &C::evictions},
    {"pages_mapped", "pages entered into an I/O page table, at the start-up too", &C::pages_mapped},
    {"pages_unmapped", "pages taken out of an I/O page table, at the start-up too",
     &C::pages_unmapped},
    {"pages_pinned", "pages pinned and charged, at the start-up too", &C::pages_pinned},
    {"iotlb_invalidations", "IOTLB invalidations by software", &C::iotlb_invalidations},
    {"atc_invalidations", "device TLB invalidations", &C::atc_invalidations},
    {"vm_exits",
     "exits of virtual machines: to map, to unmap, or to have pages pinned; of guests also for "
     "registers and queues of a virtual IOMMU",
     &C::vm_exits},
    {"lost_responses",
     "group responses that a handler did not give, that were lost on their way, or that found "
     "nobody waiting after a reset or a stop marker",
     &C::lost_responses},
    {"timeouts", "waits that ran into their limit", &C::timeouts},
    {"dma_dropped", "operations that a device gave up", &C::dma_dropped},
    {"interrupts", "page request interrupts that the IOMMU sent", &C::interrupts},
    {"faults_logged", "requests and untranslated accesses that the IOMMU refused and recorded",
     &C::faults_logged},
    {"table_updates", "entries of which a walk set accessed or dirty bits", &C::table_updates},
    {"stalls_suppressed", "stalls that got no record because one like them was pending",
     &C::stalls_suppressed},
    {"records_lost", "records of faults that cannot be recovered that found their queue full",
     &C::records_lost},
    {"responses_unmatched",
     "group responses that matched no outstanding group of the device, which dropped them",
     &C::responses_unmatched},
    {"mmap_lock_sections", "write sections of others on the mmap locks of the spaces",
     &C::mmap_lock_sections},
    {"requests_unserved", "page requests that a handler could not serve", &C::requests_unserved},
    {"responses_misrouted",
     "answers of user space that reached another group than the one it had handled",
     &C::responses_misrouted},
    {"responses_refused", "answers of user space that named no group it had read and not answered",
     &C::responses_refused},
    {"responses_withheld", "groups that user space handled and did not answer",
     &C::responses_withheld},
    {"reader_wake_ups", "times that a group woke a thread of user space, at the start-up too",
     &C::reader_wake_ups},
    {"empty_reads", "reads of fault files that returned nothing, at the start-up too",
     &C::empty_reads},
    {"snoop_hits", "operations that software checked before DMA and whose pages were there",
     &C::snoop_hits},
    {"snoop_misses", "operations that software checked before DMA and of which a page was missing",
     &C::snoop_misses},
    {"policy_switches", "changes between checking operations and passing them unseen",
     &C::policy_switches},
    {"pins_refused", "faults for whose pages RLIMIT_MEMLOCK had no room", &C::pins_refused},
    {"zero_page_maps", "pages for which the shared zero page was mapped", &C::zero_page_maps},
    {"page_copies", "pages copied by a write", &C::page_copies},
    {"page_reuses", "write-protected pages that a write found without another user",
     &C::page_reuses},
    {"fault_around_pages", "cached pages mapped beside the one that faulted",
     &C::fault_around_pages},
    {"readahead_pages", "pages read from file or swap beside the one that faulted",
     &C::readahead_pages},
    {"readahead_hits", "of these, pages that were asked for later", &C::readahead_hits},
    {"readahead_async", "reads of a file that the use of a marked page began", &C::readahead_async},
    {"folio_faults", "faults that brought a folio of several pages", &C::folio_faults},
    {"folio_pages", "pages of these folios", &C::folio_pages},
    {"numa_moves", "pages that a fault after a hint of NUMA balancing moved", &C::numa_moves},
    {"huge_faults", "faults that brought a huge page", &C::huge_faults},
    {"huge_splits", "huge pages that reclaim split", &C::huge_splits},
    {"huge_collapses", "huge pages that khugepaged made", &C::huge_collapses},
    {"access_flag_faults", "faults of a device on a mapped page whose access flag was clear",
     &C::access_flag_faults},
    {"cgroup_high", "threads of processes slowed down above memory.high", &C::cgroup_high},
    {"cgroup_max", "faults that met memory.max and had to reclaim", &C::cgroup_max},
    {"cgroup_oom", "of these, faults that found nothing to reclaim", &C::cgroup_oom},
    {"notifier_ranges", "ranges that sources of MMU notifiers changed", &C::notifier_ranges},
    {"notifier_pages", "pages of these ranges that were changed", &C::notifier_pages},
    {"cpu_accesses", "accesses of processes to their own memory", &C::cpu_accesses},
    {"cpu_faults", "of these, accesses that faulted", &C::cpu_faults},
    {"reclaim_sleeps", "times that a fault slept until reclaim had freed a page",
     &C::reclaim_sleeps},
    {"reclaim_spins", "times that it scanned again instead, as a thread of the kernel",
     &C::reclaim_spins},
    {"pinned_scans", "pinned pages that reclaim looked at", &C::pinned_scans},
    {"workingset_refaults", "pages brought again after reclaim had taken them",
     &C::workingset_refaults},
    {"workingset_activations", "of these, pages that became active at once",
     &C::workingset_activations},
    {"userfaults", "faults that waited for a thread behind userfaultfd", &C::userfaults},
    {"userfaults_refused",
     "faults that threads of the kernel could not serve, because user space has the page",
     &C::userfaults_refused},
    {"page_events", "page events that devices raised, under on-demand paging", &C::page_events},
    {"interval_retries",
     "page events that began anew, as a page had gone before it was written to the device",
     &C::interval_retries},
    {"partial_completions", "operations that completed in part, and software submitted the rest",
     &C::partial_completions},
    {"retransmissions", "operations that were sent again after a loss", &C::retransmissions},
    {"late_responses", "answers of handlers to groups that had been answered before",
     &C::late_responses},
    {"misplaced_responses", "late answers that went to another group, which had the same index",
     &C::misplaced_responses},
    {"requests_unanswered", "page requests without an answer at the end of the run",
     &C::requests_unanswered},
    {"vm_exits_user", "of vm_exits, those to the VMM in user space", &C::vm_exits_user},
    {"guest_requests", "page requests that got into the queue of a virtual IOMMU",
     &C::guest_requests},
    {"guest_requests_lost", "page requests that found the queue of a virtual IOMMU full",
     &C::guest_requests_lost},
    {"guest_interrupts", "page request interrupts of virtual IOMMUs", &C::guest_interrupts},
    {"guest_answers", "groups whose answers came from guests", &C::guest_answers},
    {"fault_queue_overflows", "overflows of the queue of faults that cannot be recovered",
     &C::fault_queue_overflows},
    {"container_wait_ns", "nanoseconds for which faults waited for the lock of a container",
     &C::container_wait_ns},
    {"vcpu_halts", "halts of virtual CPUs that have ended", &C::vcpu_halts},
    {"vcpu_polls_succeeded", "of vcpu_halts, those that ended while the host polled",
     &C::vcpu_polls_succeeded},
    {"vcpu_polls_failed", "of vcpu_halts, those that the host polled in vain",
     &C::vcpu_polls_failed},
    {"vcpu_wake_ups", "wake-ups of virtual CPUs whose threads slept on the host",
     &C::vcpu_wake_ups},
    {"vcpu_interrupts_running", "interrupts of virtual IOMMUs for a virtual CPU that ran",
     &C::vcpu_interrupts_running},
    {"vcpu_interrupts_polling", "the same for one that was polled", &C::vcpu_interrupts_polling},
    {"vcpu_interrupts_halted", "the same for one that had halted", &C::vcpu_interrupts_halted},
    {"vcpu_interrupts_descheduled", "the same for one that wanted a core and had none",
     &C::vcpu_interrupts_descheduled},
    {"vcpu_run_ns", "time of virtual CPUs on a core of the host, in ns", &C::vcpu_run_ns},
    {"vcpu_stolen_ns", "time for which they wanted a core and had none, in ns", &C::vcpu_stolen_ns},
    {"vcpu_idle_ns", "time for which they had nothing to run, in ns", &C::vcpu_idle_ns},
    {"remote_faults_vcpu", "touches of virtual CPUs that found a page at the source of a migration",
     &C::remote_faults_vcpu},
    {"remote_faults_device", "the same of devices", &C::remote_faults_device},
    {"pages_fetched", "pages of a migration that came because somebody waited", &C::pages_fetched},
    {"pages_pushed", "pages of a migration that came without being asked for", &C::pages_pushed},
    {"pages_preinstalled", "pages of a migration that came before the guest went on",
     &C::pages_preinstalled},
};

}  // namespace

const std::vector<CounterInfo>& counter_table() {
  static const std::vector<CounterInfo> table(std::begin(kCounters), std::end(kCounters));
  return table;
}

Counters& operator+=(Counters& sum, const Counters& other) {
  for (const CounterInfo& info : counter_table()) sum.*info.member += other.*info.member;
  return sum;
}

const std::array<StageInfo, kFaultStages>& stage_table() {
  static const std::array<StageInfo, kFaultStages> table{{
      {"translate", "first translation request until its answer without permission"},
      {"credit", "waiting in the device for page request credits or a group index"},
      {"request", "page request on its way to the queue"},
      {"queue", "in the page request queue, until the interrupt thread takes it"},
      {"report", "interrupt thread and fault core, until the group is queued as work"},
      {"work_queue", "until a core has started on the group"},
      {"handle", "in the strategy's handler"},
      {"respond", "from the answer until the device has it"},
      {"back_off", "retry delay of the device"},
      {"retry", "translation request after the answer"},
      {"vmm_wake_up", "guests: in a fault file, until the thread of the VMM runs"},
      {"vmm_lock", "guests: that thread waits for the lock of the VMM"},
      {"vmm_read", "guests: read() of the fault file"},
      {"vmm_queue", "guests: reading the guest's tables, and into the virtual queue"},
      {"vmm_invalidate", "guests: the VMM invalidates the page, which hardware has done before"},
      {"inject", "guests: the VMM sends the interrupt"},
      {"virtual_cpu", "guests: until a virtual CPU has the interrupt"},
      {"guest_wake_up", "guests: until the interrupt thread of the guest runs"},
      {"guest_registers", "guests: exits for registers before that thread reads the queue"},
      {"guest_report", "guests: that thread and the guest's fault core"},
      {"guest_work_queue", "guests: until a virtual CPU starts on the group"},
      {"guest_handle", "guests: in the handler of the guest's strategy"},
      {"guest_respond", "guests: the guest writes its answer"},
      {"guest_exit", "guests: the exit with the answer"},
      {"vmm_answer", "guests: the VMM finds the group and writes its answer"},
  }};
  return table;
}

std::string_view name_of(Scope scope) {
  constexpr std::array<std::string_view, static_cast<std::size_t>(Scope::count)> kNames{
      "device", "iommu", "host", "vmm", "guest"};
  return kNames[static_cast<std::size_t>(scope)];
}

Scope scope_of(FaultStage stage) {
  switch (stage) {
    case FaultStage::credit:
    case FaultStage::request:
    case FaultStage::back_off:
      return Scope::device;
    case FaultStage::translate:
    case FaultStage::retry:
      return Scope::iommu;
    case FaultStage::queue:
    case FaultStage::report:
    case FaultStage::work_queue:
    case FaultStage::handle:
    case FaultStage::respond:
    case FaultStage::virtual_cpu:
      return Scope::host;
    case FaultStage::vmm_wake_up:
    case FaultStage::vmm_lock:
    case FaultStage::vmm_read:
    case FaultStage::vmm_queue:
    case FaultStage::vmm_invalidate:
    case FaultStage::inject:
    case FaultStage::guest_registers:
    case FaultStage::guest_exit:
    case FaultStage::vmm_answer:
      return Scope::vmm;
    case FaultStage::guest_wake_up:
    case FaultStage::guest_report:
    case FaultStage::guest_work_queue:
    case FaultStage::guest_handle:
    case FaultStage::guest_respond:
      return Scope::guest;
    case FaultStage::count:
      break;
  }
  return Scope::count;
}

const std::vector<StageInfo>& gauge_table() {
  static const std::vector<StageInfo> table{
      {"locked_bytes", "memory pinned and charged"},
      {"mapped_bytes", "memory in I/O page tables"},
      {"resident_bytes", "frames in use by the address spaces"},
      {"queue_depth", "entries of the page request queue in use"},
      {"outstanding_requests", "page requests that devices wait for"},
      {"busy_cores", "cores of the host at work on faults"},
  };
  return table;
}

const std::vector<SeriesInfo>& series_table() {
  using enum SeriesKind;
  static const std::vector<SeriesInfo> table{
      {"locked_bytes", "mean of memory pinned and charged", level},
      {"resident_bytes", "mean of frames in use by the address spaces", level},
      {"mapped_bytes", "mean of memory in I/O page tables", level},
      {"queue_depth_max", "most entries of the page request queue in use", max},
      {"outstanding", "mean of page requests that devices wait for", level},
      {"operations", "operations that completed", sum},
      {"dma_latency_ns_mean", "mean latency of these operations", per_operation},
      {"dma_latency_ns_max", "highest latency of these operations", max},
      {"dropped", "page requests that the queue dropped silently", sum},
  };
  return table;
}

const std::vector<StageInfo>& distribution_table() {
  static const std::vector<StageInfo> table{
      {"fault_latency_ns", "a DMA's first miss without permission until its retry translates"},
      {"dma_latency_ns", "operation issued until complete"},
      {"translation_latency_ns", "ATC miss until the first answer to the translation request"},
      {"before_dma_ns", "an operation's wait for a policy before it begins, where there is one"},
      {"after_dma_ns", "an operation's wait for a policy when its data have moved, likewise"},
      {"overflow_recovery_ns", "overflow flag set until software clears it"},
      {"migration_downtime_ns", "the stop of a guest that migrates until it runs here"},
      {"migration_device_downtime_ns", "the same until its devices may go on"},
      {"migration_completion_ns", "from its start here until all of its memory has come"},
      {"remote_vcpu_ns", "the wait of a virtual CPU for a page of a migration"},
      {"remote_device_ns", "the wait for a page of a migration on behalf of a device"},
      {"startup_ns", "attaching an address space, before its devices can start"},
  };
  return table;
}

}  // namespace faultpath::models
