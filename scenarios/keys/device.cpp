// The keys of an element of `devices`, but for its workload.
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
  return {
      {field("entries", &S::entries, integer32({1}),
             "translations in the device's cache; a multiple of ways", kAssumed),
       field("ways", &S::ways, integer32({1}), "associativity", kAssumed),
       field("invalidation", &S::invalidation, latency(),
             "finishing the uses of a translation before its invalidation is answered", kAssumed),
       field("ignores_invalidations", &S::ignores_invalidations, boolean(),
             "invalidations are carried out, but never answered")}};
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
             "the IOMMU takes the function's page requests: PRE (vtd), EN_PRI (riscv)")}};
}

Object<BackingSpec> memory() {
  using S = BackingSpec;
  return {{field("kind", &S::kind,
                 word<Backing>({{Backing::anonymous, "anonymous", "private memory, behind it swap"},
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
}

}  // namespace

const Object<DeviceSpec>& device_keys() {
  using S = DeviceSpec;
  static const Object<S> kKeys{
      {field("name", &S::name, name(), "label; a profile's device of this name is inherited"),
       field("count", &S::count, integer32({1}), "like devices, each with its own address space"),
       field("contexts", &S::contexts, integer32({1}),
             "queues, each with a closed loop or a rate of its own"),
       field("link", &S::link, link().type(),
             "the way to the root complex, or with attach to that node"),
       field("attach", &S::attach, optional(name()),
             "node of the topology where the link ends; else the IOMMU's root complex"),
       field("ats", &S::ats, ats().type(), "translation cache of the device (PCIe 10.4)"),
       field("pri", &S::pri, pri().type(), "page requests of the device (PCIe 10.4)"),
       fixed<S>("on_fault", {"wait", "the operation waits for its pages"},
                {"drop", "backup_ring", "abort"}, "what the device does when a page is absent"),
       field("memory", &S::memory, memory().type(), "what lies behind the device's addresses"),
       field("address_space", &S::address_space, optional(name()),
             "shared by all devices that name it; else each has its own"),
       field("reports_access", &S::reports_access, boolean(),
             "the device sets access bits on use, so that an LRU can see hits"),
       field("workload", &S::workload, workload_keys().type(), "what the device does")}};
  return kKeys;
}

}  // namespace faultpath::scenarios
