// The keys under `host`.
#include "models/kernel/eras.hpp"
#include "scenarios/keys/tables.hpp"

namespace faultpath::scenarios {
namespace {

using namespace models;  // NOLINT: the specs are meant, all of them

const char* const kAssumed = "assumed";
const char* const kKernelTimes = "Linux 6.16-rc4, 16 GiB populated, second-hand";
const char* const kTooShort = "too short to be seen in T5 of Jordan, RFC vfio/type1, 2022";
const char* const kPinTimes =
    "Jordan, [RFC 08/16] vfio/type1: Cache locked_vm, 2022: (3.3 s - 0.6 s) for 16 GiB";

Object<PageFaultSpec> page_fault() {
  using S = PageFaultSpec;
  return {
      {field("minor", &S::minor, latency(), "processor time of a page that needs no I/O",
             "0.75 us for anonymous 4 KiB memory (Linux 6.17, second-hand); the tail is assumed"),
       field("major", &S::major, latency(),
             "processor time of a page from swap or file, besides the I/O", kAssumed),
       field("spurious", &S::spurious, latency(), "processor time of a page that is there already",
             kAssumed),
       field("hit", &S::hit, latency(),
             "areas: processor time of the zero page, or of a page in the page or swap cache",
             kAssumed),
       field("copy", &S::copy, latency(), "areas: processor time of a copy on write",
             "1.5 us, second-hand"),
       field("reuse", &S::reuse, latency(),
             "areas: processor time of a write to a protected page that needs no copy",
             "0.42 us, second-hand"),
       field("huge", &S::huge, latency(), "areas: processor time of a huge page, zeroed or copied",
             "2 MiB at 20.7 GB/s: Raghavendra K T, tests of folio_zero_user(), 2025")}};
}

Object<SwapSpec> swap() {
  using S = SwapSpec;
  return {{field("latency", &S::latency, duration(), "time of a request on the idle disk",
                 "60 to 120 us from local NVMe, assumed"),
           field("bandwidth", &S::bandwidth, bandwidth(), "of reads, and of writes", kAssumed),
           field("queue_depth", &S::queue_depth, integer32({1, 1U << 16}), "requests in flight",
                 kAssumed),
           field("page_cluster", &S::page_cluster, integer32({0, 5}),
                 "areas: log2 of the most pages that a fault reads", "Linux, vm.page-cluster")}};
}

Object<PageCacheSpec> page_cache() {
  using S = PageCacheSpec;
  const auto up_to_2m = bytes(kPageBytes, 2ULL << 20);
  return {{field("fault_around", &S::fault_around, up_to_2m,
                 "areas: cached bytes of a file that a read fault maps, its page included",
                 "Linux, fault_around_bytes"),
           field("read_ahead", &S::read_ahead, up_to_2m,
                 "areas: bytes of a file that a miss reads around it", "Linux, read_ahead_kb")}};
}

Object<MemoryCgroupSpec> memory_cgroup() {
  using S = MemoryCgroupSpec;
  const auto bound = optional(bytes(kPageBytes));
  return {{field("high", &S::high, bound,
                 "threads of the processes are slowed down above it; faults of devices, which "
                 "threads of the kernel serve, are not"),
           field("max", &S::max, bound,
                 "who faults above it reclaims first, and is out of memory if that is in vain")}};
}

Object<MmapLockSpec> mmap_lock() {
  using S = MmapLockSpec;
  return {
      {field("writers", &S::writers, rate(true),
             "write sections in each address space, by others, Poisson", "none unless asked for"),
       field("hold", &S::hold, latency(), "length of a write section", kAssumed)}};
}

Object<InterruptSpec> interrupt() {
  using S = InterruptSpec;
  return {{field("delivery", &S::delivery, latency(), "from the message to the handler",
                 "1 to 2 us, assumed"),
           field("wake_up", &S::wake_up, latency(), "from the handler to the interrupt thread",
                 "2 to 5 us on an idle core, assumed"),
           field("per_request", &S::per_request, latency(),
                 "work of the thread for each page request", kAssumed)}};
}

Object<WorkQueueSpec> work_queue() {
  using S = WorkQueueSpec;
  return {{field("max_active", &S::max_active, optional(integer32({1, 1U << 16})),
                 "page request groups in work at a time; that of host.era unless given",
                 "Linux, WQ_DFL_ACTIVE"),
           field("wake_up", &S::wake_up, latency(), "from queueing a group to its worker",
                 "1 to 5 us, assumed"),
           field("nodes", &S::nodes, integer32({1, 1024}),
                 "NUMA nodes with equal shares of the processors; the interrupt thread's node "
                 "serves: before 6.9 each has max_active for itself, since then a share of it, at "
                 "least 8",
                 "one, assumed")}};
}

const char* const kProposal =
    "Pan, [PATCH v5 02/19] iommu: handle page response timeout, 2020: 10 s, only warns";

Object<ResponseTimeoutSpec> response_timeout() {
  using S = ResponseTimeoutSpec;
  return {{field("action", &S::action,
                 word<TimeoutAction>(
                     {{TimeoutAction::off, "off", "nothing times out, as in Linux"},
                      {TimeoutAction::warn, "warn", "the group is counted, and goes on waiting"},
                      {TimeoutAction::invalid, "invalid", "the core answers Invalid"},
                      {TimeoutAction::failure_reset, "failure_reset",
                       "the core answers Failure to all groups of the device, and resets it"}}),
                 "what the core does about a group that is not answered in time"),
           field("after", &S::after, duration(kShortestPeriod),
                 "from the group's acceptance by its handler; the device's timer looks once in "
                 "such a period",
                 kProposal)
               .when({"action", "when action is off",
                      [](const S& s) { return s.action != TimeoutAction::off; }})}};
}

Object<LostResponseSpec> lost_responses() {
  using S = LostResponseSpec;
  const Condition<S> some{"share", "when share is 0",
                          [](const S& spec) { return spec.share > 0.0; }};
  return {
      {field("share", &S::share, share(), "of the answers of handlers; for study",
             "none unless asked for"),
       field("where", &S::where,
             word<S::Where>({{S::Where::handler, "handler", "it does not give its answer"},
                             {S::Where::message, "message",
                              "the core has answered, and the device does not hear of it"}}),
             "who loses them")
           .when(some),
       field("after", &S::after, integer({0, 1ULL << 40}), "so many are not lost before", "none")
           .when(some),
       field("at_most", &S::at_most, optional(integer({1, 1ULL << 40})),
             "so many are lost; all unless given")
           .when(some),
       field("late", &S::late, optional(duration(kShortestPeriod)),
             "they come after all, by so much too late; never unless given")
           .when(some)}};
}

Object<IopfCoreSpec> iopf_core() {
  using S = IopfCoreSpec;
  return {{field("hold_partial", &S::hold_partial, boolean(),
                 "requests wait for the last of their group, and handlers get whole groups; else "
                 "each is forwarded, and recalled when the queue overflows",
                 "Linux"),
           field("service", &S::service,
                 word<GroupService>({{GroupService::work_queue, "work_queue",
                                      "by threads of the work queue, as in Linux"},
                                     {GroupService::interrupt_thread, "interrupt_thread",
                                      "by the thread that reads the queue, one after the other"}}),
                 "who serves the groups of a handler of the kernel"),
           field("timeout", &S::timeout, response_timeout().type(),
                 "time-out of the answer to a page request group"),
           field("lost_responses", &S::lost, lost_responses().type(),
                 "answers that are not given, or do not arrive")}};
}

std::vector<Named<Era>> eras_by_name() {
  std::vector<Named<Era>> words;
  for (const EraRules& rules : eras()) {
    words.push_back({rules.era, std::string(rules.name), std::string(rules.description)});
  }
  return words;
}

Object<MapCostSpec> map_cost() {
  using S = MapCostSpec;
  const auto time = duration({}, sim::milliseconds(1));  // of each of up to 2^32 pages
  return {{field("pin", &S::pin, time, "get_user_pages() of a 4 KiB page", kAssumed),
           field("map_4k", &S::map_4k, time, "mapping a 4 KiB page", kKernelTimes),
           field("map_2m", &S::map_2m, time, "mapping a 2 MiB page", kKernelTimes),
           field("unmap_4k", &S::unmap_4k, time, "unmapping a 4 KiB page", kKernelTimes),
           field("unmap_2m", &S::unmap_2m, time, "unmapping a 2 MiB page", kKernelTimes),
           field("populate_4k", &S::populate_4k, time,
                 "faulting in and zeroing a 4 KiB page, in bulk", kPinTimes),
           field("populate_2m", &S::populate_2m, time, "faulting in and zeroing a 2 MiB page",
                 kPinTimes)}};
}

Object<ReclaimSpec> reclaim() {
  using S = ReclaimSpec;
  return {{field("min", &S::min, share(),
                 "free memory below which allocations reclaim for themselves", kAssumed),
           field("low", &S::low, share(), "free memory below which the background thread starts",
                 kAssumed),
           field("high", &S::high, share(), "free memory at which the background thread stops",
                 kAssumed),
           field("batch", &S::batch, integer32({1, 4096}), "pages isolated at a time",
                 "Linux, SWAP_CLUSTER_MAX"),
           field("per_page", &S::per_page, latency(), "scanning a page", kAssumed)}};
}

Object<PinThreadsSpec> pinning() {
  using S = PinThreadsSpec;
  const auto time = duration({}, sim::milliseconds(1));
  const Condition<S> parallel{"threads", "when threads is 1",
                              [](const S& spec) { return spec.threads > 1; }};
  return {{field("threads", &S::threads, integer32({1, 4096}),
                 "that pin a range which is pinned as a whole", "1: Linux"),
           field("counted", &S::counted, integer({1, 1ULL << 32}),
                 "pages that a write section of the mmap lock counts as locked: a contiguous run, "
                 "or more when they are counted in advance",
                 "a run of 2 MiB, assumed"),
           field("section", &S::section, time,
                 "length of a write section; also of the one after a fault that pins", kTooShort),
           field("hand_over", &S::hand_over, time,
                 "that a thread which has slept for the lock holds it before it acts", kTooShort)
               .when(parallel),
           field("hand_over_per_waiter", &S::hand_over_per_waiter, time,
                 "the same for each thread that waits behind it",
                 "fitted to T5 of the same: 27.2 s with 8 threads for 360 GiB")
               .when(parallel),
           field("slowdown", &S::slowdown, share(),
                 "by which filling memory takes longer for each other thread that does",
                 "fitted to T5 of the same: 11.7 s with 8 threads that count 65,536 pages ahead")
               .when(parallel)}};
}

Object<MappingSpec> mapping() {
  using S = MappingSpec;
  const Condition<S> type1{"engine", "unless engine is type1",
                           [](const S& spec) { return spec.engine == MappingEngine::type1; }};
  const Condition<S> iommufd{"engine", "unless engine is iommufd",
                             [](const S& spec) { return spec.engine == MappingEngine::iommufd; }};
  return {{field("engine", &S::engine,
                 word<MappingEngine>(
                     {{MappingEngine::type1, "type1",
                       "VFIO: checks and charges each run of pages to the process, in each table"},
                      {MappingEngine::iommufd, "iommufd",
                       "charges a page once, and checks when all of a mapping is pinned"}}),
                 "who maps, pins and counts locked memory"),
           field("memlock", &S::memlock, optional(bytes(kPageBytes)),
                 "RLIMIT_MEMLOCK; absent: no limit, as with CAP_IPC_LOCK"),
           field("rlimit_mode", &S::rlimit_mode,
                 word<RlimitMode>({{RlimitMode::user, "user", "that of all processes of the user"},
                                   {RlimitMode::mm, "mm", "that of the process"}}),
                 "whose locked memory is compared with memlock",
                 "Linux 7.1; IOMMU_OPTION_RLIMIT_MODE changes it")
               .when(iommufd),
           field("pinning", &S::pinning, pinning().type(), "how a whole range is pinned")
               .inner_when("counted", type1)}};
}

}  // namespace

const Object<HostSpec>& host_keys() {
  using S = HostSpec;
  static const Object<S> kKeys{
      {field("cores", &S::cores, integer32({1, 1U << 16}), "cores that serve faults", kAssumed),
       field("era", &S::era, word(eras_by_name()),
             "version of Linux whose I/O page fault core the kernel has"),
       field("iopf", &S::iopf, iopf_core().type(), "the I/O page fault core"),
       field<S, std::uint64_t>("memory", &S::memory, bytes(kPageBytes, 1ULL << 50),
                               "frames for the simulated address spaces", kAssumed),
       field<S, PageFaultSpec>("page_fault", &S::page_fault, page_fault().type(),
                               "cost of handle_mm_fault()"),
       field<S, SwapSpec>("swap", &S::swap, swap().type(), "the disk behind swap and files"),
       field<S, PageCacheSpec>("page_cache", &S::page_cache, page_cache().type(),
                               "pages of files around a fault"),
       field<S, MemoryCgroupSpec>("memory_cgroup", &S::memory_cgroup,
                                  unless_empty(memory_cgroup().type()),
                                  "bounds of the memory of all processes together"),
       field<S, std::vector<NotifierSpec>>("notifiers", &S::notifiers,
                                           list_of(notifier_keys().type()),
                                           "who changes pages beside the faults", "none"),
       field<S, MmapLockSpec>("mmap_lock", &S::mmap_lock, mmap_lock().type(),
                              "other users of the mmap lock"),
       field("interrupt", &S::interrupt, interrupt().type(), "from the message to the thread"),
       field("work_queue", &S::work_queue, work_queue().type(),
             "the unbound work queue that runs page request groups"),
       field("submit", &S::submit, latency(),
             "writing a response or invalidation descriptor and ringing the queue", kAssumed),
       field<S, MapCostSpec>("map_cost", &S::map_cost, map_cost().type(),
                             "page-table and pinning work"),
       field<S, MappingSpec>("mapping", &S::mapping, mapping().type(),
                             "who maps and pins, and how locked memory is counted"),
       field<S, ReclaimSpec>("reclaim", &S::reclaim, reclaim().type(),
                             "page reclaim; shares of memory")}};
  return kKeys;
}

}  // namespace faultpath::scenarios
