// The keys of viommu_map, coiommu and snoop.
#include "scenarios/keys/dma_strategies.hpp"

#include "scenarios/keys/tables.hpp"

namespace faultpath::scenarios {

using namespace models;  // NOLINT: the specs are meant, all of them

namespace {

const char* const kExit = "3 to 6 us for an exit to a user-space VMM (assumed)";
const char* const kVio = "VIO, OSDI 2025";
const char* const kAssumed = "assumed";
constexpr std::uint32_t kMost = 1U << 20;

}  // namespace

Object<ViommuMapSpec> viommu_map() {
  using S = ViommuMapSpec;
  const Condition<S> lazy{"mode", "unless mode is lazy",
                          [](const S& spec) { return spec.mode == S::Mode::lazy; }};
  return {{field("mode", &S::mode,
                 word<S::Mode>({{S::Mode::strict, "strict", "before the operation ends"},
                                {S::Mode::lazy, "lazy", "many at a time, behind it"}}),
                 "when pages are unmapped"),
           field("exit", &S::exit, latency(),
                 "a request of the guest to its virtual IOMMU, without what the host does about it",
                 kExit),
           field("flush_entries", &S::flush_entries, integer32({1, kMost}),
                 "operations whose unmaps wait for a flush, at most", "Linux: IOVA_DEFAULT_FQ_SIZE")
               .when(lazy),
           field("flush_after", &S::flush_after, duration(kShortestPeriod),
                 "from the first unmap that waits to the flush", "Linux: IOVA_FQ_TIMEOUT")
               .when(lazy)}};
}

Object<CoiommuSpec> coiommu() {
  using S = CoiommuSpec;
  const Condition<S> timer{"unpin", "unless unpin is timer",
                           [](const S& spec) { return spec.unpin == S::Unpin::timer; }};
  return {{field("track", &S::track, duration(),
                 "the guest's update of a page in the shared table, before an operation and after",
                 kAssumed),
           field("exit", &S::exit, latency(),
                 "a notification of the guest, without what the host does about it", kExit),
           field("unpin", &S::unpin,
                 word<S::Unpin>({{S::Unpin::never, "never", "nobody"},
                                 {S::Unpin::timer, "timer", "a thread that comes by"}}),
                 "who unpins pages that are not in use", "never, as in crosvm"),
           field("interval", &S::interval, duration(kShortestPeriod), "between two of its rounds",
                 "crosvm")
               .when(timer),
           field("limit", &S::limit, optional(integer32({1, kMost})),
                 "pages that a round unpins at most; any number unless given", "crosvm")
               .when(timer),
           field("threshold", &S::threshold, integer32({1, kMost}),
                 "rounds that find a page in use until it is old; old ones are looked at in one of "
                 "so many",
                 "10 in crosvm; how often old ones are is assumed")
               .when(timer)}};
}

Object<SnoopSpec> snoop() {
  using S = SnoopSpec;
  const Condition<S> elastic{"switch", "unless switch is elastic",
                             [](const S& spec) { return spec.switching == S::Switch::elastic; }};
  const Condition<S> chunks{"lock_pages", "unless lock_pages is static", [](const S& spec) {
                              return spec.lock_pages == S::LockPages::static_chunks;
                            }};
  return {
      {field("hit", &S::hit, duration(), "check of an operation whose page is there", kVio),
       field("miss", &S::miss, duration(),
             "check of an operation of which a page is missing, without bringing it in", kVio),
       field("presence", &S::presence, duration(), "of these, the look for one page", kVio),
       field("thread", &S::thread,
             word<S::Thread>({{S::Thread::own, "own", "one for each address space"},
                              {S::Thread::shared, "shared", "one for all"}}),
             "threads that check", "own (VIO); shared (IOGuard, Internetware 2024)"),
       field("lock_pages", &S::lock_pages,
             word<S::LockPages>({{S::LockPages::none, "none", "only while an operation uses them"},
                                 {S::LockPages::static_chunks, "static",
                                  "chunks of 2MiB with nonfaultable ranges, for good"}}),
             "which pages are pinned while operations are checked", kVio),
       field("bitmap", &S::bitmap, duration(), "in place of presence, for a page of a chunk", kVio)
           .when(chunks),
       field("switch", &S::switching,
             word<S::Switch>({{S::Switch::never, "never", "every operation is checked"},
                              {S::Switch::elastic, "elastic",
                               "above a rate all pages are pinned and none is"}}),
             "when operations pass unchecked", kVio),
       field("threshold", &S::threshold, rate(), "operations of an address space", kVio)
           .when(elastic),
       field("window", &S::window, duration(kShortestPeriod), "over which they are counted",
             kAssumed)
           .when(elastic),
       field("to_snoop", &S::to_snoop, duration(), "copying the ring and remapping it", kVio)
           .when(elastic),
       field("to_passthrough", &S::to_passthrough, duration(),
             "remapping the ring, when all pages have been pinned", "as to_snoop (assumed)")
           .when(elastic)}};
}

}  // namespace faultpath::scenarios
