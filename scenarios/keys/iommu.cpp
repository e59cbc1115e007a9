// The keys under `iommu`.
#include "scenarios/keys/tables.hpp"

namespace faultpath::scenarios {
namespace {

using namespace models;  // NOLINT: the specs are meant, all of them

const char* const kAssumed = "assumed";

// PQA_REG: the smallest queue is a page of 4 KiB with descriptors of 32 bytes.
constexpr int kVtdSmallestQueue = 128;

Object<CacheSpec> cache() {
  using S = CacheSpec;
  return {
      {field("entries", &S::entries, integer32({1}), "translations; a multiple of ways", kAssumed),
       field("ways", &S::ways, integer32({1}), "associativity", kAssumed)}};
}

Object<LevelsSpec> levels() {
  using S = LevelsSpec;
  return {{field("stage1", &S::stage1, integer32({3, 5}), "depth of the page tables", "4: 48 bits"),
           field("stage2", &S::stage2, integer32({0, 5}),
                 "0: one stage; 3 to 5: nested behind a second stage that is pinned",
                 "none unless asked for")}};
}

Object<InvalidationSpec> invalidation() {
  using S = InvalidationSpec;
  return {{field("iotlb", &S::iotlb, latency(),
                 "from the descriptor to the status write of the wait descriptor",
                 "2127 cycles at 3 GHz: Malka et al., rIOMMU, ASPLOS 2015")}};
}

Field<IommuSpec> queue_entries() {
  auto declared = field("queue_entries", &IommuSpec::queue_entries, integer32({2, 1U << 31, true}),
                        "page request queue; one entry less is usable", "Linux, PRQ_SIZE");
  declared.schema = [schema = declared.schema] {
    Json with_minimum = schema();
    with_minimum["x-hardware-minimum"] = kVtdSmallestQueue;
    return with_minimum;
  };
  return declared;
}

}  // namespace

const Object<IommuSpec>& iommu_keys() {
  using S = IommuSpec;
  static const Object<S> kKeys{
      {field("kind", &S::kind,
             word<IommuKind>({{IommuKind::vtd, "vtd", "Intel VT-d page request queue"}},
                             {"smmu_pri", "smmu_stall", "amd", "riscv"}),
             "whose rules the page request queue follows"),
       queue_entries(), field("iotlb", &S::iotlb, cache().type(), "cache of translations"),
       field("walk_cache", &S::walk_cache, cache().type(),
             "paging-structure cache of each level above the leaf"),
       field("walkers", &S::walkers, integer32({1}), "page-table walks at a time", kAssumed),
       field("levels", &S::levels, levels().type(), "depth of the page tables"),
       field("lookup", &S::lookup, latency(), "IOTLB lookup", kAssumed),
       field("memory_read", &S::memory_read, latency(), "one read of a page-table entry",
             "a quarter of miss less hit, 693 - 413 ns: Neugebauer et al., SIGCOMM 2018"),
       field("invalidation", &S::invalidation, invalidation().type(), "cost of invalidations")}};
  return kKeys;
}

}  // namespace faultpath::scenarios
