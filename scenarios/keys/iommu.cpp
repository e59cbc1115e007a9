// The keys under `iommu`.
#include <fmt/format.h>

#include <string>

#include "models/assembly/iommu_kinds.hpp"
#include "models/iommu/iommu_events.hpp"
#include "scenarios/declare/kinds.hpp"
#include "scenarios/declare/one_of.hpp"
#include "scenarios/keys/iommu_kinds.hpp"
#include "scenarios/keys/tables.hpp"

namespace faultpath::scenarios {
namespace {

using namespace models;  // NOLINT: the specs are meant, all of them

const char* const kAssumed = "assumed";

// PQA_REG: the smallest queue is a page of 4 KiB with descriptors of 32 bytes.
constexpr int kVtdSmallestQueue = 128;

Object<CacheSpec> cache() {
  using S = CacheSpec;
  return {{field("entries", &S::entries, integer32({1, kMostCacheEntries}),
                 "translations; a multiple of ways", kAssumed),
           field("ways", &S::ways, integer32({1, kMostWays}), "associativity", kAssumed)}};
}

template <class S>
Object<S> optional_cache() {
  return {{field("entries", &S::entries, integer32({0, kMostCacheEntries}),
                 "a multiple of ways; 0: there is no such cache", kAssumed),
           field("ways", &S::ways, integer32({1, kMostWays}), "associativity", kAssumed)
               .when({"entries", "when entries is 0",
                      [](const S& spec) { return spec.entries > 0; }})}};
}

Object<SecondStageSpec> second_stage() {
  using S = SecondStageSpec;
  return {
      {field("leaf", &S::leaf_bits,
             word<std::uint8_t>({{12, "4KiB", "as host memory without huge pages"},
                                 {21, "2MiB", "a level less for each guest-physical address"},
                                 {30, "1GiB", "two levels less"}}),
             "size of the pages that the second stage maps", kAssumed),
       field("cache", &S::cache, optional_cache<GuestCacheSpec>().type(),
             "guest-physical pages whose host-physical address is kept",
             "none, as the published counts of reads assume"),
       field("walk_cache", &S::walk_cache, optional_cache<GuestCacheSpec>().type(),
             "paging-structure cache of each level of the second stage above the leaf",
             "none, as the published counts of reads assume"),
       field("backing", &S::backing,
             word<SecondStageBacking>(
                 {{SecondStageBacking::pinned, "pinned", "every guest page has its frame"},
                  {SecondStageBacking::on_demand, "on_demand",
                   "a guest page, data or table, gets its frame when a device first needs it"}}),
             "when guest memory is there", "Linux pins it behind nested domains"),
       field(
           "misses_go_to", &S::misses_go_to,
           word<MissRoute>({{MissRoute::host, "host", "which finds out and brings the page"},
                            {MissRoute::guest, "guest", "which finds nothing to do: a livelock"}}),
           "who is told of a miss in the second stage", kAssumed)
           .when({"backing", "unless backing is on_demand",
                  [](const S& s) { return s.backing == SecondStageBacking::on_demand; }}),
       field("grant", &S::grant,
             word<GuestGrant>(
                 {{GuestGrant::read_write, "read_write", "whoever asks"},
                  {GuestGrant::as_asked, "as_asked", "reading, until somebody wants to write"}}),
             "what the host grants on a guest page that it brings", kAssumed)
           .when({"backing", "unless backing is on_demand",
                  [](const S& s) { return s.backing == SecondStageBacking::on_demand; }}),
       field("software_walk", &S::software_walk, latency(),
             "the host's read of an entry of the guest's tables; a stall record saves it", kAssumed)
           .when({"misses_go_to", "unless the host is told of misses on demand", [](const S& s) {
                    return s.backing == SecondStageBacking::on_demand &&
                           s.misses_go_to == MissRoute::host;
                  }})}};
}

Object<AccessDirtySpec> access_dirty() {
  using S = AccessDirtySpec;
  return {{field("dirty", &S::dirty,
                 word<DirtyUpdate>(
                     {{DirtyUpdate::hardware, "hardware", "by the walk of a request that writes"},
                      {DirtyUpdate::software, "software",
                       "that request gets no write permission, and a page request follows"}}),
                 "who sets the dirty bit of the first stage (sva)", kAssumed),
           field("update", &S::update, latency(), "atomic update of an entry by a walk",
                 "assumed to be part of memory_read")}};
}

Object<LevelsSpec> levels() {
  using S = LevelsSpec;
  return {{field("stage1", &S::stage1, integer32({3, 5}),
                 "depth of the page tables; unless set, what translates 48 bits",
                 "4, or 3 with host.page_size 64KiB"),
           field("stage2", &S::stage2, integer32({0, 5}),
                 "0: one stage; 3 to 5: nested behind a second stage", "none unless asked for")}};
}

Object<ConfigurationSpec> configuration() {
  using S = ConfigurationSpec;
  const char* const standard =
      "vtd 2 and 2, smmu_pri and smmu_stall 2 and 1, amd 1 and 1, riscv 3 and 1";
  return {
      {field("entries", &S::entries, integer32({1, kMostCacheEntries}),
             "contexts, and as many processes, that are kept", kAssumed),
       field("device_levels", &S::device_levels, optional(integer32({1, 3})),
             "tables from the requester's ID to its context; unless set, what the kind has",
             standard),
       field("process_levels", &S::process_levels, optional(integer32({1, 3})),
             "tables from the PASID to the first stage; unless set, what the kind has", standard)}};
}

Object<InvalidationSpec> invalidation() {
  using S = InvalidationSpec;
  return {{field("iotlb", &S::iotlb, latency(),
                 "from the descriptor to the status write of the wait descriptor",
                 "2127 cycles at 3 GHz: Malka et al., rIOMMU, ASPLOS 2015"),
           field("queue_entries", &S::queue_entries, integer32({2, kMostCacheEntries}),
                 "descriptors in the ring: invalidations, waits and responses", kAssumed),
           field("fetch", &S::fetch, latency(), "reading a descriptor from the ring",
                 "assumed to be part of iotlb"),
           field("timeout", &S::timeout, duration(sim::picoseconds(1)),
                 "of a device TLB invalidation; then its device is detached",
                 "PCIe 10.3.1: one minute, plus up to half of it")}};
}

// "vtd, riscv"
std::string known_by(const IommuActionInfo& info) {
  std::string kinds;
  for (const IommuKind kind : info.kinds) {
    kinds += (kinds.empty() ? "" : ", ") + std::string(info_of(kind).name);
  }
  return kinds;
}

Object<IommuEventSpec> event() {
  using S = IommuEventSpec;
  std::vector<Named<IommuAction>> words;
  for (const IommuActionInfo& info : iommu_actions()) {
    words.push_back({info.action, std::string(info.name),
                     fmt::format("{} ({})", info.description, known_by(info))});
  }
  return {
      {field("at", &S::at, time_of_run(), "since the devices started").required(),
       field("do", &S::action, word<IommuAction>(words), "what software does").required(),
       field("device", &S::device, optional(name()), "whose entry; every device's unless said")}};
}

const OneOf<InterruptPolicySpec>& interrupt_policies() {
  using V = InterruptPolicySpec;
  using Coalesced = InterruptCoalesced;
  using Polled = InterruptPolled;
  const auto positive = duration(kShortestPeriod);
  static const OneOf<V> kPolicies{
      "policy",
      {alternative<InterruptPerKind, V>("per_kind", "by the rule of the kind",
                                        Object<InterruptPerKind>({})),
       alternative<InterruptPerMessage, V>("per_message", "for each request that is stored",
                                           Object<InterruptPerMessage>({})),
       alternative<InterruptFirstIntoEmpty, V>("first_into_empty",
                                               "for a request that finds the queue empty",
                                               Object<InterruptFirstIntoEmpty>({})),
       alternative<InterruptLastOnly, V>("last_only", "for the last request of a group",
                                         Object<InterruptLastOnly>({})),
       alternative<Coalesced, V>(
           "coalesced", "after some requests, or some time after the first",
           {{field("count", &Coalesced::count, integer32({1}), "requests", kAssumed),
             field("time", &Coalesced::time, positive, "since the first of them", kAssumed)}}),
       alternative<Polled, V>("polled", "never: the driver's thread wakes by a timer",
                              {{field("period", &Polled::period, positive,
                                      "from one look at the queue to the next", kAssumed)}})}};
  return kPolicies;
}

Type<InterruptPolicySpec> interrupt() {
  return {[](const Cursor& at, InterruptPolicySpec& spec) { interrupt_policies().read(at, spec); },
          [](const InterruptPolicySpec& spec) { return interrupt_policies().dump(spec); },
          [] { return Json{{"anyOf", interrupt_policies().schemas()}}; }};
}

Object<FaultQueueSpec> fault_queue() {
  using S = FaultQueueSpec;
  return {{field("entries", &S::entries, optional(integer32({1, 1U << 31})),
                 "records that have not been read; unless set, what the kind has",
                 "vtd 8 registers; smmu_pri, amd and riscv 512: Linux for amd, else assumed"),
           field("per_record", &S::per_record, latency(),
                 "reading a record, and the line of the kernel's log", kAssumed)}};
}

Condition<IommuSpec> without_stalls(const char* words) {
  return {"kind", words, [](const IommuSpec& spec) { return !info_of(spec.kind).stalls; }};
}

Field<IommuSpec> queue_entries() {
  return field("queue_entries", &IommuSpec::queue_entries, integer32({2, 1U << 31, true}),
               "page request queue; one entry less is usable", "Linux, PRQ_SIZE")
      .with_schema("x-hardware-minimum", kVtdSmallestQueue);
}

}  // namespace

const Type<IommuSpec>& iommu_keys() {
  using S = IommuSpec;
  static const Type<S> kKeys = by_kind<S>(
      {{"kind", "whose rules the page request queue follows", {}},
       [](const void* spec) { return static_cast<const S*>(spec)->kind.index(); },
       [](void* spec, std::size_t kind) {
         IommuKindSpec& own = static_cast<S*>(spec)->kind;
         if (own.index() != kind) own = static_cast<IommuKind>(kind);
       },
       {}},
      iommu_kind_keys(),
      {.between = {
           queue_entries(), field("iotlb", &S::iotlb, cache().type(), "cache of translations"),
           field("walk_cache", &S::walk_cache, optional_cache<WalkCacheSpec>().type(),
                 "paging-structure cache of each level above the leaf; with two stages of nested "
                 "entries"),
           field("walkers", &S::walkers, integer32({1, 1U << 16}), "page-table walks at a time",
                 kAssumed),
           field("levels", &S::levels, levels().type(), "depth of the page tables"),
           field(
               "second_stage", &S::second_stage, second_stage().type(),
               "from guest-physical to host-physical addresses; each address space has a guest of "
               "its own")
               .when({"levels", "unless levels.stage2 is above 0",
                      [](const S& spec) { return spec.levels.stage2 > 0; }})
               .inner_when("software_walk",
                           without_stalls("when stall records say which stage missed")),
           field("configuration", &S::configuration, configuration().type(),
                 "caches of what leads from a request to its page table"),
           field("lookup", &S::lookup, latency(), "IOTLB lookup", kAssumed),
           field("memory_read", &S::memory_read, latency(), "one read of a page-table entry",
                 "a quarter of miss less hit, 693 - 413 ns: Neugebauer et al., SIGCOMM 2018"),
           field(
               "access_dirty", &S::access_dirty, access_dirty().type(),
               "accessed and dirty bits of tables that keep them: strategy sva, and a second stage "
               "on demand"),
           field("invalidation", &S::invalidation, invalidation().type(), "cost of invalidations")
               .inner_when("timeout", without_stalls("when no device has a translation cache")),
           field("interrupt", &S::interrupt, interrupt(),
                 "when the queue's interrupt is sent; overflow sends one always", "the kind's own"),
           field("fault_queue", &S::fault_queue, optional(fault_queue().type()),
                 "where the IOMMU records faults that cannot be recovered, and software reads "
                 "them; unless given, every record finds room and nobody reads it")
               .when(without_stalls("when faults are recorded in the queue of the stalls")),
           field("events", &S::events, list_of(event().type()),
                 "changes of what software has set up, while the devices run")}});
  return kKeys;
}

}  // namespace faultpath::scenarios
