// The names of the result's contract and what they mean.
#include "models/metrics/metrics.hpp"

namespace faultpath::models {

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
      {"vmm_limit", "guests: kept back by a limit of the VMM"},
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
    case FaultStage::vmm_limit:
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
