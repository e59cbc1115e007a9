// The keys of viommu_map.
#include "scenarios/keys/dma_strategies.hpp"

#include "scenarios/keys/tables.hpp"

namespace faultpath::scenarios {

using namespace models;  // NOLINT: the specs are meant, all of them

namespace {

const char* const kExit = "3 to 6 us for an exit to a user-space VMM (assumed)";
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

}  // namespace faultpath::scenarios
