// The keys of `guests[].migration`.
#include "scenarios/keys/tables.hpp"

namespace faultpath::scenarios {
namespace {

using namespace models;  // NOLINT: the specs are meant, all of them
using S = MigrationSpec;

const char* const kAssumed = "assumed";
const char* const kM3u = "M3U, OSDI 2026";
const char* const kVio = "VIO, OSDI 2025";
const char* const kUserfault =
    "exit, notify and install together 7.8 to 10.2 us (userfaultfd, 2016)";

Type<MigrationPolicy> policy() {
  return word<MigrationPolicy>(
      {{MigrationPolicy::pin_all, "pin_all", "they wait until all of it is here"},
       {MigrationPolicy::fault_on_demand, "fault_on_demand",
        "they fault on a page that is not here, which is fetched"},
       {MigrationPolicy::preinstall_rings, "preinstall_rings",
        "the same, but some pages come before the guest goes on"},
       {MigrationPolicy::snoop, "snoop",
        "software looks at each operation first, and fetches what is not here"}});
}

Object<MigrationCheckSpec> check() {
  using C = MigrationCheckSpec;
  return {{field("hit", &C::hit, duration(), "of an operation whose pages are here", kVio),
           field("miss", &C::miss, duration(),
                 "of an operation of which a page is missing, without fetching it", kVio),
           field("presence", &C::presence, duration(), "of these, the look for one page", kVio)}};
}

std::vector<Field<S>> course() {
  return {
      field("kind", &S::kind,
            word<MigrationKind>({{MigrationKind::post_copy, "post_copy",
                                  "the guest runs here before its memory has come"}}),
            "what comes first"),
      field("policy", &S::policy, policy(), "what its devices do before all of its memory is here"),
      field("at", &S::at, duration(), "when the guest stops, from the start of the devices",
            kAssumed),
      field("bandwidth", &S::bandwidth, bandwidth(), "of the network, which transfers share evenly",
            "100 Gbit/s, assumed"),
      field("latency", &S::latency, duration(), "of the network, one way", kAssumed),
      field("state", &S::state, bytes(0),
            "of devices and virtual CPUs, sent before the guest goes on", kAssumed),
      field("start", &S::start, duration(), "until the guest runs, when its state is here",
            "M3U, OSDI 2026: 121 to 169 ms")};
}

}  // namespace

const Object<MigrationSpec>& migration_keys() {
  const Condition<S> rings{"policy", "unless policy is preinstall_rings", [](const S& spec) {
                             return spec.policy == MigrationPolicy::preinstall_rings;
                           }};
  const Condition<S> snoop{"policy", "unless policy is snoop",
                           [](const S& spec) { return spec.policy == MigrationPolicy::snoop; }};
  const Condition<S> pushes{"push_streams", "when push_streams is 0",
                            [](const S& spec) { return spec.push_streams > 0; }};
  const Condition<S> touches{"touches", "when touches is 0",
                             [](const S& spec) { return spec.touches > 0.0; }};
  std::vector<Field<S>> fields = course();
  const std::vector<Field<S>> others{
      field("rings", &S::rings, pages(),
            "pages of each address space that are sent before the guest goes on, with the page "
            "tables on their way",
            "none")
          .when(rings),
      field("push_streams", &S::push_streams, integer32({0, 1024}),
            "connections that push pages nobody has asked for; 0: none", "M3U: 6 to 8"),
      field("push_chunk", &S::push_chunk, bytes(kPageBytes, 1ULL << 30),
            "that such a connection sends at a time", kM3u)
          .when(pushes),
      field("exit", &S::exit, latency(), "of a virtual CPU that touches a page that is not here",
            kUserfault)
          .when(touches),
      field("notify", &S::notify, latency(), "the message about it, and the VMM's thread",
            kUserfault),
      field("serve", &S::serve, latency(), "of the source, between the request and the page",
            kAssumed),
      field("install", &S::install, latency(), "of the VMM's thread, for a page that has come",
            kUserfault),
      field("touches", &S::touches, rate(true),
            "of the guest's memory by each of its virtual CPUs, anywhere, while pages are missing",
            kAssumed),
      field("check", &S::check, check().type(), "cost of the look at an operation").when(snoop)};
  fields.insert(fields.end(), others.begin(), others.end());
  static const Object<S> kKeys{std::move(fields)};
  return kKeys;
}

}  // namespace faultpath::scenarios
