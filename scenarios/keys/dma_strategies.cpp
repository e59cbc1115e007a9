// The keys of viommu_map and coiommu.
#include "scenarios/keys/dma_strategies.hpp"

#include "scenarios/keys/tables.hpp"

namespace faultpath::scenarios {

using namespace models;  // NOLINT: the specs are meant, all of them

namespace {

const char* const kExit = "3 to 6 us for an exit to a user-space VMM (assumed)";
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

}  // namespace faultpath::scenarios
