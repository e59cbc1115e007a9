// The keys of what every machine has, a host or a guest: its kernel and its memory.
#include <string>
#include <vector>

#include "models/kernel/eras.hpp"
#include "scenarios/keys/tables.hpp"

namespace faultpath::scenarios {
namespace {

using namespace models;  // NOLINT: the specs are meant, all of them

const char* const kAssumed = "assumed";
const char* const kKernelTimes = "Linux 6.16-rc4, 16 GiB populated, second-hand";
const char* const kPinTimes =
    "Jordan, [RFC 08/16] vfio/type1: Cache locked_vm, 2022: (3.3 s - 0.6 s) for 16 GiB";

Object<ListsSpec> lists() {
  using S = ListsSpec;
  const Condition<S> several{"kind", "when kind is one",
                             [](const S& spec) { return spec.kind != PageLists::one; }};
  const Condition<S> four{"kind", "unless kind is four",
                          [](const S& spec) { return spec.kind == PageLists::four; }};
  return {
      {field(
           "kind", &S::kind,
           word<PageLists>(
               {{PageLists::one, "one", "of all pages; one that was used goes to its end"},
                {PageLists::two, "two", "inactive and active; a page that was used becomes active"},
                {PageLists::four, "four",
                 "inactive and active of anonymous pages and of files, as Linux without "
                 "generations"}}),
           "from which pages are taken"),
       field("refaults", &S::refaults, boolean(),
             "a page that comes back soon after its eviction becomes active",
             "off unless asked for; Linux, mm/workingset.c")
           .when(several),
       field("swappiness", &S::swappiness, integer32({0, 200}),
             "how gladly anonymous pages are taken, against those of files", "Linux, vm.swappiness")
           .when(four)}};
}

}  // namespace

Type<Era> era() {
  std::vector<Named<Era>> words;
  for (const EraRules& rules : eras()) {
    words.push_back({rules.era, std::string(rules.name), std::string(rules.description)});
  }
  return word(words);
}

Object<PageFaultSpec> page_fault_keys() {
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

Object<SwapSpec> swap_keys() {
  using S = SwapSpec;
  return {
      {field("size", &S::size, optional(bytes(0)),
             "of swap; while it is full reclaim takes pages of files alone; 0B is none",
             "as much as is needed, unless given"),
       field("latency", &S::latency, duration(), "time of a request on the idle disk",
             "60 to 120 us from local NVMe, assumed"),
       field("bandwidth", &S::bandwidth, bandwidth(), "of reads, and of writes", kAssumed),
       field("queue_depth", &S::queue_depth, integer32({1, 1U << 16}), "requests in flight",
             kAssumed),
       field("page_cluster", &S::page_cluster, integer32({0, 5}),
             "areas: log2 of the most pages that a fault reads", "Linux, vm.page-cluster")
           .when({"synchronous", "when synchronous is true",
                  [](const S& spec) { return !spec.synchronous; }}),
       field("synchronous", &S::synchronous, boolean(),
             "of swap: the processor copies pages itself, and reads nothing ahead, as with zram",
             "off unless asked for; Linux, SWP_SYNCHRONOUS_IO")}};
}

Object<MapCostSpec> map_cost_keys() {
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

Object<ReclaimSpec> reclaim_keys() {
  using S = ReclaimSpec;
  const Condition<S> shares{"watermarks", "unless watermarks is shares",
                            [](const S& spec) { return spec.watermarks == WatermarkRule::shares; }};
  const Condition<S> zone{"watermarks", "unless watermarks is linux", [](const S& spec) {
                            return spec.watermarks == WatermarkRule::linux_zone;
                          }};
  return {{field("watermarks", &S::watermarks,
                 word<WatermarkRule>({{WatermarkRule::shares, "shares", "min, low and high"},
                                      {WatermarkRule::linux_zone, "linux",
                                       "from the size of the memory, as in a zone of Linux"}}),
                 "what min, low and high are"),
           field("scale", &S::scale, integer32({1, 3000}),
                 "1/10000 of memory between two watermarks", "Linux, vm.watermark_scale_factor")
               .when(zone),
           field("min", &S::min, share(),
                 "free memory below which allocations reclaim for themselves", kAssumed)
               .when(shares),
           field("low", &S::low, share(), "free memory below which the background thread starts",
                 kAssumed)
               .when(shares),
           field("high", &S::high, share(), "free memory at which the background thread stops",
                 kAssumed)
               .when(shares),
           field("batch", &S::batch, integer32({1, 4096}), "pages isolated at a time",
                 "Linux, SWAP_CLUSTER_MAX"),
           field("per_page", &S::per_page, latency(), "scanning a page", kAssumed),
           field("lists", &S::lists, lists().type(), "the lists of reclaim"),
           field("spin", &S::spin, boolean(),
                 "threads of the kernel that serve devices scan again instead of sleeping until a "
                 "page has been written; tasks sleep",
                 "off unless asked for; Linux, reclaim_throttle()"),
           field("scan_pinned", &S::scan_pinned, boolean(),
                 "pages that are pinned one by one stay on the lists, which cost scans only",
                 "off unless asked for; Linux")}};
}

std::vector<Field<WorkQueueSpec>> work_queue_fields() {
  using S = WorkQueueSpec;
  return {field("max_active", &S::max_active, optional(integer32({1, 1U << 16})),
                "page request groups in work at a time; that of host.era unless given",
                "Linux, WQ_DFL_ACTIVE"),
          field("wake_up", &S::wake_up, latency(), "from queueing a group to its worker",
                "1 to 5 us, assumed"),
          field("nodes", &S::nodes, integer32({1, 1024}),
                "NUMA nodes with equal shares of the processors; the interrupt thread's node "
                "serves: before 6.9 each has max_active for itself, since then a share of it, at "
                "least 8",
                "one, assumed")};
}

}  // namespace faultpath::scenarios
