// The keys of an element of `devices`, but for its workload and its reaction to faults.
#include "models/base/messages.hpp"
#include "scenarios/declare/kinds.hpp"
#include "scenarios/keys/on_fault.hpp"
#include "scenarios/keys/tables.hpp"

namespace faultpath::scenarios {
namespace {

using namespace models;  // NOLINT: the specs are meant, all of them

const char* const kAssumed = "assumed";

Object<LinkSpec> link() {
  using S = LinkSpec;
  return {
      {field("latency", &S::latency, duration(), "one way, between device and root complex or node",
             "assumed: half a PCIe 4.0 round trip"),
       field("bandwidth", &S::bandwidth, bandwidth(), "each way", "PCIe 4.0 x8 before overhead")}};
}

Object<AtsSpec> ats() {
  using S = AtsSpec;
  const Condition<S> on{"enabled", "unless enabled is true",
                        [](const S& spec) { return spec.enabled; }};
  return {
      {field("enabled", &S::enabled, boolean(),
             "without it the device sends untranslated addresses, and what misses fails",
             "VT-d 7.1.1"),
       field("entries", &S::entries, integer32({1, kMostCacheEntries}),
             "translations in the device's cache; a multiple of ways", kAssumed)
           .when(on),
       field("ways", &S::ways, integer32({1, kMostWays}), "associativity", kAssumed).when(on),
       field("stu", &S::stu, bytes(4096, 1ULL << 30),
             "Smallest Translation Unit: no completion or invalidation is about less; a power of "
             "two, at most the smallest page that is mapped",
             "PCIe 10.5.1; Linux: the IOMMU's smallest page")
           .when(on),
       field("invalidate_queue_depth", &S::invalidate_queue_depth, integer32({1, 32}),
             "invalidations that the function accepts before it has answered",
             "VT-d 6.5.2.6: 32, as many as there are tags")
           .when(on),
       field("translations_per_request", &S::translations_per_request,
             integer32({1, kMostTranslations}),
             "asked for at once, from the page that is needed on; fewer may come",
             "PCIe 10.2.2; the most is assumed: a Read Completion Boundary of 128 bytes")
           .when(on),
       field("invalidation", &S::invalidation, latency(),
             "finishing the uses of a translation before its invalidation is answered", kAssumed)
           .when(on),
       field("ignores_invalidations", &S::ignores_invalidations, boolean(),
             "invalidations are carried out, but never answered")
           .when(on)}};
}

Object<BackOffSpec> back_off() {
  using S = BackOffSpec;
  const Condition<S> used{"first", "unless first is above 0",
                          [](const S& spec) { return spec.first > sim::Duration::zero(); }};
  return {
      {field("first", &S::first, duration(), "after the first Success that did not help",
             "none: the specifications leave it open"),
       field("factor", &S::factor, real(1.0, 1e6), "each further pause is so many times as long",
             kAssumed)
           .when(used),
       field("max", &S::max, duration(sim::picoseconds(1)), "longest pause", kAssumed).when(used)}};
}

Object<PriSpec> pri() {
  using S = PriSpec;
  return {
      {field("capacity", &S::capacity, integer32({1}), "Outstanding Page Request Capacity",
             "lspci of an AMD GPU"),
       field("allocation", &S::allocation, integer32({1}), "requests granted, at most the capacity",
             "Linux for AMD; Intel grants up to 2048"),
       field("group", &S::group, integer32({1}), "most requests of one page request group",
             kAssumed),
       field("retry_delay", &S::retry_delay, latency(),
             "from a response to the next translation request", kAssumed),
       field("enabled", &S::enabled, boolean(),
             "the IOMMU takes the function's page requests: PRE (vtd), EN_PRI (riscv)"),
       field("back_off", &S::back_off, back_off().type(),
             "pause before a page is requested again because Success has not helped"),
       field("response_pasid_required", &S::response_pasid_required, boolean(),
             "responses are matched by PASID and index, not by the index alone",
             "PRG Response PASID Required, PCIe 10.4.2.2")}};
}

Object<ResetSpec> reset() {
  using S = ResetSpec;
  return {{field("at", &S::at, list_of(time_of_run(sim::picoseconds(1))),
                 "when, from the start of the devices", "none"),
           field("every", &S::every, optional(time_of_run(sim::picoseconds(1))),
                 "again and again, as long as the run's duration"),
           field("duration", &S::duration, optional(duration()),
                 "until software uses the function again, also after a reset by host.iopf.timeout",
                 "100ms: PCIe 6.6.2, software waits for it")}};
}

Object<ContextStopSpec> stop() {
  using S = ContextStopSpec;
  return {{field("context", &S::context, integer32(), "which, from 0"),
           field("at", &S::at, time_of_run(sim::picoseconds(1)), "from the start of the devices")
               .required(),
           field("marker", &S::marker, boolean(),
                 "outstanding requests become stale and a stop marker follows; else the context "
                 "waits for its answers",
                 "PCIe 10.4.1.2")}};
}

Object<NonfaultableSpec> nonfaultable() {
  using S = NonfaultableSpec;
  return {{field("offset", &S::offset, bytes(0), "from the lowest address that the device reaches"),
           field("length", &S::length, bytes(), "of the range")}};
}

Condition<AttachedDeviceSpec> with_ats() {
  return {"ats", "unless ats is enabled",
          [](const AttachedDeviceSpec& spec) { return spec.ats.enabled; }};
}

// What the device is, and how it reaches memory.
std::vector<Field<AttachedDeviceSpec>> transport_keys() {
  using S = DeviceSpec;
  return {field("name", &S::name, name(), "label; a profile's device of this name is inherited"),
          field("count", &S::count, integer32({1, 100'000}),
                "like devices, each with its own address space"),
          contexts_field(),
          field("link", &S::link, link().type(),
                "the way to the root complex, or with attach to that node"),
          field("attach", &S::attach, optional(name()),
                "node of the topology where the link ends; else the IOMMU's root complex"),
          field("ats", &S::ats, ats().type(), "translation cache of the device (PCIe 10.4)"),
          Field<AttachedDeviceSpec>(
              field("pri", &S::pri, pri().type(), "page requests of the device (PCIe 10.4)"))
              .when(with_ats())};
}

// What it does with it, and whose it is.
std::vector<Field<AttachedDeviceSpec>> use_keys() {
  using S = DeviceSpec;
  using A = AttachedDeviceSpec;
  const Condition<A> own_process{"process", "unless its process is its own",
                                 [](const A& spec) { return !spec.process; }};
  return {
      field("nonfaultable", &S::nonfaultable, list_of(nonfaultable().type()),
            "ranges on which the device cannot fault: pinned at attach where the strategy can, and "
            "fatal where it cannot",
            "none"),
      Field<A>(field("virtual_function_of", &S::virtual_function_of, optional(name()),
                     "the device, before this one, whose page request interface it shares"))
          .when(with_ats()),
      field("reset", &S::reset, unless_empty(reset().type()), "function level resets in mid-run"),
      field("stops", &S::stops, list_of(stop().type()), "contexts whose PASID ends in mid-run",
            "none"),
      field("stop_at_end", &S::stop_at_end,
            word<StopAtEnd>({{StopAtEnd::never, "never", "nobody uses them again"},
                             {StopAtEnd::marker, "marker", "with a stop marker"},
                             {StopAtEnd::answers, "answers", "when their answers have come"}}),
            "how its PASIDs stop when it has done all its work; then software drains them"),
      field("guest", &A::guest, optional(name()),
            "one of `guests`, which has the device; instance i goes to number i modulo its count"),
      field("process", &A::process, optional(name()),
            "one of `processes`, or of the guest's, whose memory it uses; else each instance has "
            "one of its own"),
      field("strategy", &A::strategy, optional(strategy()),
            "fixed for this device; else each of the scenario's strategies in turn"),
      Field<A>(field("memory", &S::memory, memory_keys().type(),
                     "what lies behind the device's addresses"))
          .when(own_process),
      field("address_space", &S::address_space, optional(name()),
            "I/O page table, shared by all devices that name it; else each has its own"),
      field("observed", &S::observed, boolean(),
            "false: a load in the background, whose operations and requests are in no statistics, "
            "not even by device"),
      field("reports_access", &S::reports_access, boolean(),
            "the device sets access bits on use, so that an LRU can see hits"),
      field("workload", &S::workload, workload_keys(), "what the device does")};
}

}  // namespace

const Object<BackingSpec>& memory_keys() {
  using S = BackingSpec;
  static const Object<S> kKeys{
      {field("kind", &S::kind,
             word<Backing>(
                 {{Backing::written, "written",
                   "private memory, behind it swap; each first fault of a page brings a frame, as "
                   "a write does"},
                  {Backing::anonymous, "anonymous",
                   "the same, but under sva, and unless populated, an area of Linux: a page that "
                   "was only read is the zero page"},
                  {Backing::file, "file", "a mapped file"},
                  {Backing::shared, "shared", "shared memory, behind it swap"}}),
             "what lies behind the addresses"),
       field("populated", &S::populated, boolean(),
             "resident before the run, as after a boot that touched everything"),
       field("huge_pages", &S::huge_pages, boolean(),
             "large pages where a range is mapped as a whole"),
       field("huge_page", &S::huge_page_bits,
             word<std::uint8_t>({{21, "2MiB", "a level less to walk"},
                                 {30, "1GiB", "two levels less; costs as 512 of 2 MiB"}}),
             "their size", kAssumed)
           .when({"huge_pages", "unless huge_pages is true",
                  [](const S& spec) { return spec.huge_pages; }})}};
  return kKeys;
}

const Type<AttachedDeviceSpec>& device_keys() {
  using S = AttachedDeviceSpec;
  KindTag tag =
      kind_tag<S>({"on_fault", "what the device does when a page is absent", {}}, &S::on_fault);
  tag.condition = with_ats();
  static const Type<S> kKeys =
      by_kind<S>(tag, on_fault_kinds(), {.before = transport_keys(), .after = use_keys()});
  return kKeys;
}

}  // namespace faultpath::scenarios
