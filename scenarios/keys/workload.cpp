// The keys of a device's workload.
#include "models/device/workload.hpp"

#include <algorithm>

#include "scenarios/keys/tables.hpp"

namespace faultpath::scenarios {
namespace {

using namespace models;  // NOLINT: the specs are meant, all of them
using S = WorkloadSpec;
using enum WorkloadKind;

const char* const kAssumed = "assumed";

constexpr std::uint64_t kMostOperation = std::numeric_limits<std::uint32_t>::max();

template <class Which>
std::vector<Named<WorkloadKind>> kinds_of(Which which) {
  std::vector<Named<WorkloadKind>> words;
  for (const WorkloadInfo& info : workload_kinds()) {
    if (which(info))
      words.push_back({info.kind, std::string(info.name), std::string(info.description)});
  }
  return words;
}
std::vector<Named<WorkloadKind>> patterns() {
  return kinds_of([](const WorkloadInfo& info) { return info.in_phases; });
}
std::vector<Named<WorkloadKind>> kinds() {
  return kinds_of([](const WorkloadInfo&) { return true; });
}

Object<PhaseSpec> phase() {
  using P = PhaseSpec;
  return {{field("kind", &P::kind, word(patterns()), "pattern of addresses"),
           field("offset", &P::offset, bytes(0), "from the start of the workload's addresses"),
           field("footprint", &P::footprint, bytes(), "that the phase's addresses span"),
           field("operations", &P::operations, integer({1}), "before the next phase")}};
}

bool has_pattern(const S& workload, WorkloadKind kind) {
  return workload.kind == kind ||
         (workload.kind == phases &&
          std::ranges::find(workload.phases, kind, &PhaseSpec::kind) != workload.phases.end());
}

Condition<S> only_kind(WorkloadKind kind, const char* words) {
  return {"kind", words, [kind](const S& workload) { return workload.kind == kind; }};
}
Condition<S> only_pattern(WorkloadKind kind, const char* words) {
  return {"kind", words, [kind](const S& workload) { return has_pattern(workload, kind); }};
}
Condition<S> not_trace() {
  return {"kind", "with kind: trace, whose file says it",
          [](const S& workload) { return workload.kind != trace; }};
}
Condition<S> has_footprint() {
  return {"kind", "with kind: trace, ring or phases", [](const S& workload) {
            return workload.kind != trace && workload.kind != ring && workload.kind != phases;
          }};
}

std::vector<Field<S>> fields_of_all() {
  return {field("kind", &S::kind, word(kinds()), "pattern of addresses", kAssumed),
          field("queue_depth", &S::queue_depth, optional(integer32({1, 1U << 24})),
                "closed loop: operations in flight per context; 32 unless there is a rate, or a "
                "trace has times",
                kAssumed)
              .when({"rate", "together with rate", [](const S& w) { return !w.rate; }}),
          field("rate", &S::rate, optional(rate()),
                "open loop: operations per context, Poisson arrivals")
              .when({"queue_depth", "together with queue_depth",
                     [](const S& w) { return !w.queue_depth; }})};
}

std::vector<Field<S>> fields_of_kinds() {
  return {
      field("operation", &S::operation, bytes(1, kMostOperation), "bytes of one DMA operation",
            kAssumed)
          .when(not_trace()),
      field("footprint", &S::footprint, bytes(), "that the addresses span", kAssumed)
          .when(has_footprint()),
      field("reads", &S::reads, share(), "operations that read memory", kAssumed).when(not_trace()),
      field("exponent", &S::exponent, real(0.0, 20.0), "zipf: skew",
            "as YCSB (Cooper et al., 2010)")
          .when(only_pattern(zipf, "unless kind is zipf")),
      field("stride", &S::stride, bytes(), "stride: between the starts of operations", kAssumed)
          .when(only_pattern(stride, "unless kind is stride")),
      field("buffers", &S::buffers, integer({1, 1'000'000'000}),
            "ring: buffers of one operation each, used in turn", kAssumed)
          .when(only_kind(ring, "unless kind is ring")),
      field("fresh", &S::fresh, share(), "fresh: operations that touch new memory", kAssumed)
          .when(only_kind(fresh, "unless kind is fresh")),
      field("warm", &S::warm, bytes(),
            "fresh: what the other operations use, from the lowest address on", kAssumed)
          .when(only_kind(fresh, "unless kind is fresh")),
      field("phases", &S::phases, list_of(phase().type()), "phases: in order, then again")
          .when(only_kind(phases, "unless kind is phases")),
      field("file", &S::file, existing_file(),
            "trace: a faultpath.trace/1 file, relative to this file or the working directory")
          .when(only_kind(trace, "unless kind is trace")),
      field("repeat", &S::repeat, boolean(),
            "trace: from the start again at its end; with times, each pass a period later")
          .when(only_kind(trace, "unless kind is trace"))};
}

std::vector<Field<S>> all_fields() {
  auto fields = fields_of_all();
  for (auto& one : fields_of_kinds()) fields.push_back(std::move(one));
  return fields;
}

}  // namespace

const Object<WorkloadSpec>& workload_keys() {
  static const Object<S> kKeys{all_fields()};
  return kKeys;
}

}  // namespace faultpath::scenarios
