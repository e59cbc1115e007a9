// The top-level keys of a scenario.
#include "scenarios/keys/tables.hpp"
#include "scenarios/quantity.hpp"

namespace faultpath::scenarios {
namespace {

using S = Document;

Object<StopAfter> stop_after() {
  return {{field("operations", &StopAfter::operations, optional(integer({1})),
                 "operations issued, over all devices, warm-up included"),
           field("faults", &StopAfter::faults, optional(integer({1})),
                 "faults begun, over all devices, warm-up included")}};
}

Type<Warmup> warmup() {
  const auto type = time_of_run();
  return {[type](const Cursor& at, Warmup& value) {
            value = {};
            value.automatic = at.node.is_scalar() && at.node.text == "auto";
            if (!value.automatic) type.read(at, value.length);
          },
          [](const Warmup& value) -> Json {
            return value.automatic ? "auto" : duration_text(value.length);
          },
          [type] {
            return Json{{"anyOf", {Json{{"const", "auto"}}, type.schema()}},
                        {"x-type", "duration or auto"}};
          }};
}

// `scenario: 1`.
Type<std::uint64_t> version() {
  auto type = integer();
  return {[type](const Cursor& at, std::uint64_t& value) {
            type.read(at, value);
            if (value != 1) fail(at, "this program reads format 1 only");
          },
          [type](std::uint64_t value) { return type.dump(value); },
          [] { return Json{{"const", 1}}; }};
}

// A key that is settled before the others are read.
Field<S> described_only(const char* key, const char* doc, const Json& schema) {
  return Field<S>(FieldCore(key, doc, schema));
}

std::vector<Field<S>> fields() {
  const Json paths{{"type", "array"}, {"items", {{"type", "string"}}}, {"x-type", "list of files"}};
  const Json overrides{{"type", "object"},
                       {"additionalProperties", {{"$ref", "#/$defs/variant"}}},
                       {"x-type", "map"}};
  return {
      field("scenario", &S::version, version(), "version of the format").required(),
      field("name", &S::name, name(), "label in results; the file's name unless given"),
      field("description", &S::description, text(), "one sentence for people"),
      described_only("extends", "profiles or scenarios to inherit from, merged in order", paths),
      field("duration", &S::duration, optional(time_of_run(sim::picoseconds(1))),
            "simulated time in which operations are issued"),
      field("stop_after", &S::stop_after, unless_empty(stop_after().type()),
            "counts that end the run"),
      field("warmup", &S::warmup, warmup(), "statistics cover what starts after it"),
      field("seed", &S::seed, integer(), "of all random draws"),
      field("replications", &S::replications, integer32({1, 1'000'000}),
            "runs with independent draws"),
      field("temporal_decoupling", &S::temporal_decoupling, boolean(),
            "devices consume hits ahead of the clock; the result is the same without"),
      field("host", &S::host, host_keys().type(), "the machine that serves the faults"),
      field("iommu", &S::iommu, iommu_keys(), "translation and page requests"),
      field("route", &S::route, optional(route()),
            "who gets a fault of a device; that of host.era unless given"),
      field("topology", &S::topology, optional(topology_keys().type()),
            "PCIe ports and switches between devices and IOMMU; else each has a link of its own"),
      field("processes", &S::processes, list_of(process_keys().type()),
            "processes of the host whose memory devices use, by their name", "none"),
      field("guests", &S::guests, list_of(guest_keys().type()),
            "virtual machines: a kernel on virtual CPUs, behind a virtual IOMMU", "none"),
      field("devices", &S::devices, list_of(device_keys()), "what faults").required(),
      field("strategies", &S::strategies, list_of(strategy()), "what is compared").required(),
      field("check", &S::check, unless_empty(check_keys().type()),
            "what a regression check of a result of this scenario allows"),
      described_only("variants", "named overrides of anything above, each run under every strategy",
                     overrides)};
}

}  // namespace

const Object<Document>& document_keys() {
  static const Object<Document> kKeys{fields()};
  return kKeys;
}

}  // namespace faultpath::scenarios
