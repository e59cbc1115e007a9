// The keys of an element of `guests`.
#include <string>
#include <vector>

#include "scenarios/declare/one_of.hpp"
#include "scenarios/keys/tables.hpp"

namespace faultpath::scenarios {
namespace {

using namespace models;  // NOLINT: the specs are meant, all of them

const char* const kAssumed = "assumed";

Object<EmulatedVtdSpec> emulated_vtd() {
  using S = EmulatedVtdSpec;
  return {{field("queue_entries", &S::queue_entries, integer32({2, 1U << 24}),
                 "of the page request queue in guest memory; a power of two", "Linux: 2048"),
           field("full", &S::full,
                 word<FullVirtualQueue>(
                     {{FullVirtualQueue::lose, "lose",
                       "the request is lost, and nobody answers its group, as in QEMU"},
                      {FullVirtualQueue::answer_success, "answer_success",
                       "the VMM answers Success to a group whose last request is lost"}}),
                 "what becomes of a request when the queue is full"),
           field("invalidate", &S::invalidate, boolean(),
                 "the VMM invalidates the page of each request, as the hardware has done already",
                 "QEMU"),
           field("readable_registers", &S::readable_registers, boolean(),
                 "the guest reads registers of the queue without an exit; writes are exits",
                 "QEMU traps all")}};
}

Object<EmulatedSmmuSpec> emulated_smmu() {
  using S = EmulatedSmmuSpec;
  return {
      {field("queue_entries", &S::queue_entries, integer32({2, 1U << 19}),
             "of the event queue in guest memory; a power of two", "Linux: 1 MiB of 32 bytes each"),
       field(
           "full", &S::full,
           word<FullEventQueue>({{FullEventQueue::hold, "hold", "it waits in the VMM for an entry"},
                                 {FullEventQueue::retry, "retry",
                                  "the VMM lets the access try again, which faults again"}}),
           "what becomes of an event when the queue is full; it is never lost"),
       field("record", &S::record, latency(), "writing an event, and noting its tag", kAssumed)}};
}

Object<VirtioPrqSpec> virtio_prq() {
  using S = VirtioPrqSpec;
  return {{field("queue_entries", &S::queue_entries, integer32({2, 1U << 15}),
                 "buffers of the event queue; a power of two", "QEMU"),
           field("held", &S::held, integer32({0, 1U << 20}),
                 "requests that the VMM holds back without a buffer; above it answers Success to a "
                 "group whose last request has no room",
                 kAssumed),
           field("kick", &S::kick, latency(), "an exit that ends in the host's kernel",
                 "ioeventfd: 1 to 2 us, assumed")}};
}

Object<HardwareQueuesSpec> hardware_queues() {
  using S = HardwareQueuesSpec;
  return {{field("queue_entries", &S::queue_entries, integer32({2, 1U << 24}),
                 "of the log in guest memory; a power of two", kAssumed),
           field("auto_response", &S::auto_response, boolean(),
                 "the log answers the last request of a group that it discards", "PprAutoRspEn")}};
}

Object<VirtioMapSpec> virtio_map() {
  using S = VirtioMapSpec;
  return {
      {field("queue_entries", &S::queue_entries, integer32({2, 1U << 15}),
             "requests that the virtqueue holds; a power of two; when it is full the guest "
             "kicks and waits for all",
             "QEMU, cloud-hypervisor"),
       field("kick", &S::kick, latency(), "an exit that ends in the host's kernel",
             "ioeventfd: 1 to 2 us, assumed"),
       field("request", &S::request, latency(),
             "the VMM's thread takes one request out of the queue, and gives it back", kAssumed)}};
}

const OneOf<VirtualIommuSpec>& viommus() {
  static const OneOf<VirtualIommuSpec> kKinds{
      "kind",
      {alternative<EmulatedVtdSpec, VirtualIommuSpec>(
           "emulated_vtd", "VT-d in the VMM: registers and answers are exits to user space",
           emulated_vtd()),
       alternative<EmulatedSmmuSpec, VirtualIommuSpec>(
           "emulated_smmu",
           "SMMUv3 in the VMM: stalls are events, registers and RESUME are exits to user space",
           emulated_smmu()),
       alternative<VirtioPrqSpec, VirtualIommuSpec>(
           "virtio_prq",
           "page requests by a virtqueue: an answer is a kick, no register is trapped",
           virtio_prq()),
       alternative<HardwareQueuesSpec, VirtualIommuSpec>(
           "hardware_queues",
           "AMD's hardware writes into the guest's log: nothing exits; in no release of Linux",
           hardware_queues()),
       alternative<VirtioMapSpec, VirtualIommuSpec>(
           "virtio_map",
           "map and unmap requests by a virtqueue, a kick for many: no fault is recovered from",
           virtio_map()),
       alternative<NoIommuSpec, VirtualIommuSpec>(
           "none", "no IOMMU: devices use guest-physical addresses, by the second stage alone",
           Object<NoIommuSpec>{})}};
  return kKinds;
}

Type<VirtualIommuSpec> viommu() {
  return {[](const Cursor& at, VirtualIommuSpec& spec) { viommus().read(at, spec); },
          [](const VirtualIommuSpec& spec) { return viommus().dump(spec); },
          [] {
            Json choices = Json::array();
            for (auto& schema : viommus().schemas()) choices.push_back(std::move(schema));
            return Json{{"anyOf", choices}, {"x-type", "map"}};
          }};
}

// Ranges are those of the steps of a nested fault in docs/guests.md.
Object<VmmCostSpec> costs() {
  using S = VmmCostSpec;
  return {
      {field("enqueue", &S::enqueue, latency(),
             "the host's interrupt thread, for a group that goes into a fault file",
             "0.5 to 1.5 us with host.interrupt.per_request, assumed"),
       field("wake_up", &S::wake_up, latency(), "from there to a thread of the VMM in ppoll()",
             "2 to 5 us, assumed"),
       field("read", &S::read, latency(), "a read() of a fault file", "0.5 to 1 us, assumed"),
       field("describe", &S::describe, latency(),
             "reading the guest's tables and writing a request into its queue",
             "0.5 to 2 us, assumed"),
       field("invalidate", &S::invalidate, latency(),
             "the ioctl() that invalidates on the host, besides what hardware takes",
             "1.5 to 3 us together, assumed"),
       field("inject", &S::inject, latency(), "sending an interrupt",
             "KVM_SIGNAL_MSI: 0.5 to 1.5 us, assumed"),
       field("irqfd", &S::irqfd, latency(), "the write() to an eventfd, with interrupt irqfd",
             kAssumed),
       field("exit", &S::exit, latency(), "an exit to user space and back",
             "3 to 6 us with the access, assumed"),
       field("access", &S::access, latency(), "what the VMM does in it, under its lock", kAssumed),
       field("answer", &S::answer, latency(),
             "finding the group of a guest's answer, and the write() for it",
             "0.7 to 1.5 us, assumed"),
       field("respond", &S::respond, latency(),
             "the host's kernel behind that write(), besides host.submit",
             "0.7 to 2 us together, assumed"),
       field("shadow", &S::shadow, latency(),
             "making or dropping what stands for an entry of a PASID table",
             "three ioctl() of 2 us, assumed"),
       field("table_read", &S::table_read, latency(),
             "reading an entry of a guest's PASID table, for churns_pasids", kAssumed)}};
}

Object<VmmOtherWorkSpec> other_work() {
  using S = VmmOtherWorkSpec;
  return {{field("rate", &S::rate, rate(), "sections, of a Poisson stream", kAssumed),
           field("hold", &S::hold, latency(), "of the lock and of a core of the host",
                 "10 us to 100 ms, assumed")}};
}

Object<CpuSecondStageSpec> cpu_second_stage() {
  using S = CpuSecondStageSpec;
  return {{field("violation", &S::violation, latency(),
                 "the exit to the host's kernel for a guest page without an entry",
                 "1 to 2.5 us, assumed"),
           field("asynchronous", &S::asynchronous, boolean(),
                 "the guest runs something else while the host brings the page",
                 "KVM, asynchronous page faults")}};
}

Object<VmmSpec> vmm() {
  using S = VmmSpec;
  const Condition<S> by_eventfd{"interrupt", "when interrupt is ioctl",
                                [](const S& spec) { return spec.interrupt != InterruptBy::ioctl; }};
  const Condition<S> in_ioctl_or_work{"interrupt", "when interrupt is irqfd", [](const S& spec) {
                                        return spec.interrupt != InterruptBy::irqfd;
                                      }};
  return {{field("fault_thread", &S::fault_thread,
                 word<FaultThread>({{FaultThread::main_loop, "main_loop",
                                     "the event loop, under the lock of the VMM, as in QEMU"},
                                    {FaultThread::dedicated, "dedicated",
                                     "a thread of its own, which takes no lock"}}),
                 "who reads the fault files"),
           field("records", &S::records, integer32({1, 1U << 16}),
                 "page requests for which a read() has room; it takes whole groups", "QEMU"),
           field("interrupt", &S::interrupt,
                 word<InterruptBy>(
                     {{InterruptBy::ioctl, "ioctl", "KVM_SIGNAL_MSI, in the VMM's thread, as QEMU"},
                      {InterruptBy::irqfd, "irqfd",
                       "a write() to an eventfd, in which the host's kernel injects"},
                      {InterruptBy::irqfd_deferred, "irqfd_deferred",
                       "the same, but a work item of the host injects: costs.inject in it"}}),
                 "how the interrupt of the virtual IOMMU is sent"),
           field("answer", &S::answer,
                 word<AnswerServed>(
                     {{AnswerServed::in_exit, "in_exit", "in the exit for its tail, as QEMU"},
                      {AnswerServed::later, "later",
                       "in a thread of the VMM; the guest makes an exit for each look at it"}}),
                 "when an answer in the guest's command queue is served"),
           field("other_work", &S::other_work, optional(other_work().type()),
                 "what the VMM does besides under its lock, on a core of the host; nothing unless "
                 "given"),
           field("costs", &S::costs, costs().type(), "time of the steps")
               .inner_when("irqfd", by_eventfd)
               .inner_when("inject", in_ioctl_or_work),
           field("limits", &S::limits, unless_empty(guest_limit_keys().type()),
                 "what its guest may take of the host; QEMU has no such limits")}};
}

Object<GuestInterruptSpec> interrupt() {
  using S = GuestInterruptSpec;
  return {
      {field("wake_up", &S::wake_up, latency(),
             "from a virtual CPU that has the interrupt to the thread", "2 to 5 us, assumed"),
       field("per_request", &S::per_request, latency(), "work of the thread for each page request",
             "1.5 to 6 us with work_queue.wake_up, assumed")}};
}

template <class S, class B>
Object<S> object_of(const std::vector<Field<B>>& fields) {
  return Object<S>(std::vector<Field<S>>(fields.begin(), fields.end()));
}

}  // namespace

const Object<GuestMachineSpec>& guest_keys() {
  using S = GuestSpec;
  using G = GuestMachineSpec;
  static const Object<G> kKeys{
      {field("name", &S::name, name(), "as devices name it").required(),
       field("count", &S::count, integer32({1, 10'000}), "like guests"),
       field("memory", &S::memory, bytes(kPageBytes, 1ULL << 46),
             "of each, which a process of its VMM holds on the host", kAssumed),
       field("vcpus", &S::vcpus, virtual_cpus(), "virtual CPUs of each; a number says how many"),
       field("backing", &G::backing, strategy(),
             "who holds its memory, that is, the second stage of all its devices"),
       field("viommu", &S::viommu, viommu(), "its IOMMU"),
       field("vmm", &S::vmm, vmm().type(), "what runs it on the host"),
       field("migration", &S::migration, optional(migration_keys().type()),
             "how it comes to this host while it runs", "none: it is here"),
       field("behaviour", &S::behaviour, guest_behaviour(),
             "whether its kernel is broken, or means harm; that devices flood or make large groups "
             "is up to their workload and pri.group"),
       field("bind", &S::bind,
             word<BindPasids>({{BindPasids::before, "before", "before the run, in no time"},
                               {BindPasids::at_start, "at_start",
                                "devices begin when the VMM has shadowed the PASIDs of all: an "
                                "exit and vmm.costs.shadow each"}}),
             "when the PASIDs that devices use are bound to processes"),
       field("cpu_second_stage", &S::cpu_second_stage, optional(cpu_second_stage().type()),
             "entries of the processor's second stage come when a virtual CPU touches the page "
             "(EPT violations); they are there unless given"),
       field("processes", &G::processes, list_of(process_keys().type()),
             "processes of the guest whose memory devices use, by their name", "none"),
       field("era", &S::era, era(), "version of Linux whose I/O page fault core its kernel has"),
       field("interrupt", &S::interrupt, interrupt().type(), "the interrupt thread of its kernel"),
       field("work_queue", &S::work_queue,
             object_of<GuestWorkQueueSpec>(work_queue_fields()).type(),
             "the unbound work queue of its kernel"),
       field("submit", &S::submit, latency(),
             "writing a response or invalidation descriptor, before the exit", kAssumed),
       field("page_fault", &S::page_fault, page_fault_keys().type(),
             "cost of handle_mm_fault() in it"),
       field("swap", &S::swap, swap_keys().type(), "its disk"),
       field("map_cost", &S::map_cost, map_cost_keys().type(), "page-table work of its kernel"),
       field("reclaim", &S::reclaim, reclaim_keys().type(),
             "page reclaim in it; shares of its memory")}};
  return kKeys;
}

std::vector<Word> viommu_words() {
  std::vector<Word> words;
  for (const auto& text : viommus().texts()) words.push_back({text.word, text.doc});
  return words;
}

}  // namespace faultpath::scenarios
