// The keys under `host`.
#include "scenarios/keys/tables.hpp"

namespace faultpath::scenarios {
namespace {

using namespace models;  // NOLINT: the specs are meant, all of them

const char* const kAssumed = "assumed";
const char* const kTooShort = "too short to be seen in T5 of Jordan, RFC vfio/type1, 2022";

Object<PageCacheSpec> page_cache() {
  using S = PageCacheSpec;
  const auto up_to_2m = bytes(kPageBytes, 2ULL << 20);
  return {{field("fault_around", &S::fault_around, up_to_2m,
                 "areas: cached bytes of a file that a read fault maps, its page included",
                 "Linux, fault_around_bytes"),
           field("read_ahead", &S::read_ahead, up_to_2m,
                 "areas: bytes of a file that a miss reads around it", "Linux, read_ahead_kb"),
           field("async", &S::async, boolean(),
                 "areas: a read leaves a mark, and who uses the marked page reads what follows "
                 "without waiting",
                 "off unless asked for; Linux, page_cache_async_ra()")}};
}

Object<UserfaultSpec> userfaultfd() {
  using S = UserfaultSpec;
  return {{field("service", &S::service, latency(),
                 "areas: from a message to the page, by the one thread of the process",
                 "150,000 pages/s of one vCPU: KVM Userfault series, shared memory")}};
}

Object<MemoryCgroupSpec> memory_cgroup() {
  using S = MemoryCgroupSpec;
  const auto bound = optional(bytes(kPageBytes));
  return {{field("high", &S::high, bound,
                 "threads of the processes are slowed down above it; faults of devices, which "
                 "threads of the kernel serve, are not"),
           field("max", &S::max, bound,
                 "who faults above it reclaims first; if that is in vain the largest process is "
                 "killed")}};
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

Type<PageSize> page_size() {
  const auto bits = word<std::uint8_t>({{12, "4KiB", "on x86, RISC-V and Arm"},
                                        {14, "16KiB", "on Arm: tables of 2048 entries"},
                                        {16, "64KiB", "on Arm: tables of 8192 entries"}});
  return {[bits](const Cursor& at, PageSize& value) {
            auto read = static_cast<std::uint8_t>(value.bits());
            bits.read(at, read);
            value = PageSize::of_bytes(1ULL << read);
          },
          [bits](const PageSize& value) -> Json {
            return bits.dump(static_cast<std::uint8_t>(value.bits()));
          },
          [bits] { return bits.schema(); }};
}

}  // namespace

const Object<HostSpec>& host_keys() {
  using S = HostSpec;
  static const Object<S> kKeys{
      {field("cores", &S::cores, integer32({1, 1U << 16}), "cores that serve faults", kAssumed),
       field("era", &S::era, era(), "version of Linux whose I/O page fault core the kernel has"),
       field("iopf", &S::iopf, iopf_core().type(), "the I/O page fault core"),
       field<S, PageSize>("page_size", &S::page_size, page_size(),
                          "pages of its kernel (PAGE_SIZE): what a fault brings, and the granule "
                          "of the tables; costs of a page or of a fault are those of one such page",
                          "Linux, CONFIG_ARM64_4K_PAGES and others"),
       field<S, std::uint64_t>("memory", &S::memory, bytes(kPageBytes, 1ULL << 50),
                               "frames for the simulated address spaces", kAssumed),
       field<S, PageFaultSpec>("page_fault", &S::page_fault, page_fault_keys().type(),
                               "cost of handle_mm_fault()"),
       field<S, SwapSpec>("swap", &S::swap, swap_keys().type(), "the disk behind swap and files"),
       field<S, PageCacheSpec>("page_cache", &S::page_cache, page_cache().type(),
                               "pages of files around a fault"),
       field<S, UserfaultSpec>("userfaultfd", &S::userfaultfd, userfaultfd().type(),
                               "threads of user space that bring pages"),
       field<S, MemoryCgroupSpec>("memory_cgroup", &S::memory_cgroup,
                                  unless_empty(memory_cgroup().type()),
                                  "bounds of the memory of all processes together"),
       field<S, std::vector<NotifierSpec>>("notifiers", &S::notifiers,
                                           list_of(notifier_keys().type()),
                                           "who changes pages beside the faults", "none"),
       field<S, MmapLockSpec>("mmap_lock", &S::mmap_lock, mmap_lock().type(),
                              "other users of the mmap lock"),
       field("interrupt", &S::interrupt, interrupt().type(), "from the message to the thread"),
       field("work_queue", &S::work_queue, Object<WorkQueueSpec>(work_queue_fields()).type(),
             "the unbound work queue that runs page request groups"),
       field("submit", &S::submit, latency(),
             "writing a response or invalidation descriptor and ringing the queue", kAssumed),
       field<S, MapCostSpec>("map_cost", &S::map_cost, map_cost_keys().type(),
                             "page-table and pinning work"),
       field<S, MappingSpec>("mapping", &S::mapping, mapping().type(),
                             "who maps and pins, and how locked memory is counted"),
       field<S, ReclaimSpec>("reclaim", &S::reclaim, reclaim_keys().type(),
                             "page reclaim; shares of memory")}};
  return kKeys;
}

}  // namespace faultpath::scenarios
