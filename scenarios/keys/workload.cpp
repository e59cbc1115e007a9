// The keys of a device's workload.
#include "models/device/workload.hpp"

#include <algorithm>

#include "scenarios/declare/kinds.hpp"
#include "scenarios/keys/tables.hpp"

namespace faultpath::scenarios {
namespace {

using namespace models;  // NOLINT: the specs are meant, all of them
using S = WorkloadSpec;

const char* const kAssumed = "assumed";

constexpr std::uint64_t kMostOperation = std::numeric_limits<std::uint32_t>::max();

// What all have that make their operations themselves.
std::vector<Field<S>> operations() {
  return {field("operation", &S::operation, bytes(1, kMostOperation), "bytes of one DMA operation",
                kAssumed),
          field("reads", &S::reads, share(), "operations that read memory", kAssumed)};
}
// What those have whose addresses span a range.
std::vector<Field<S>> pattern() {
  auto fields = operations();
  fields.insert(fields.begin() + 1,
                field("footprint", &S::footprint, bytes(), "that the addresses span", kAssumed));
  return fields;
}

template <class A>
Field<A> exponent() {
  return field("exponent", &A::exponent, real(0.0, 20.0), "zipf: skew",
               "as YCSB (Cooper et al., 2010)");
}
template <class A>
Field<A> stride() {
  return field("stride", &A::stride, bytes(), "stride: between the starts of operations", kAssumed);
}

std::vector<Named<PhasePattern>> phase_patterns() {
  std::vector<Named<PhasePattern>> words;
  for (const PhasePattern pattern : kPhasePatterns) {
    const WorkloadInfo& info = info_of(kind_of(pattern, {}));
    words.push_back({pattern, std::string(info.name), std::string(info.description)});
  }
  return words;
}

Object<PhaseSpec> phase() {
  using P = PhaseSpec;
  return {{field("kind", &P::kind, word(phase_patterns()), "pattern of addresses"),
           field("offset", &P::offset, bytes(0), "from the start of the workload's addresses"),
           field("footprint", &P::footprint, bytes(), "that the phase's addresses span"),
           field("operations", &P::operations, integer({1}), "before the next phase")}};
}

Condition<PhasesSpec> any_phase(PhasePattern pattern, const char* words) {
  return {"phases", words, [pattern](const PhasesSpec& spec) {
            return std::ranges::find(spec.phases, pattern, &PhaseSpec::kind) != spec.phases.end();
          }};
}

Object<PhasesSpec> phases() {
  using P = PhasesSpec;
  return {{exponent<P>().when(any_phase(PhasePattern::zipf, "unless a phase is zipf")),
           stride<P>().when(any_phase(PhasePattern::stride, "unless a phase is stride")),
           field("phases", &P::phases, list_of(phase().type()), "phases: in order, then again")}};
}

Object<BufferRingSpec> ring() {
  return {{field("buffers", &BufferRingSpec::buffers, integer({1, 1'000'000'000}),
                 "ring: buffers of one operation each, used in turn", kAssumed)}};
}

Object<TraceSpec> trace() {
  return {{field("file", &TraceSpec::file, existing_file(),
                 "trace: a faultpath.trace/1 file, relative to this file or the working directory"),
           field("repeat", &TraceSpec::repeat, boolean(),
                 "trace: from the start again at its end; with times, each pass a period later")}};
}

Object<FreshSpec> fresh() {
  return {{field("fresh", &FreshSpec::fresh, share(), "fresh: operations that touch new memory",
                 kAssumed),
           field("warm", &FreshSpec::warm, bytes(),
                 "fresh: what the other operations use, from the lowest address on", kAssumed)}};
}

// A kind: what it has of the spec of all, and the keys of its own spec.
template <class Own>
KindKeys<S> row(std::vector<Field<S>> keys, const Object<Own>& own = std::vector<Field<Own>>{}) {
  for (const Field<S>& one :
       keys_inside<S>(own, [](const S& workload) { return std::get_if<Own>(&workload.kind); })) {
    keys.push_back(one);
  }
  const WorkloadInfo& info = info_of(Own{});
  return {Word(info.name, info.description), std::move(keys)};
}

// In the order of WorkloadKind.
std::vector<KindKeys<S>> kinds() {
  return {row<SequentialSpec>(pattern()),
          row<UniformSpec>(pattern()),
          row<ZipfSpec>(pattern(), {exponent<ZipfSpec>()}),
          row<StrideSpec>(pattern(), {stride<StrideSpec>()}),
          row<PhasesSpec>(operations(), phases()),
          row<BufferRingSpec>(operations(), ring()),
          row<TraceSpec>({}, trace()),
          row<FreshSpec>(pattern(), fresh())};
}

std::vector<Field<S>> drivers() {
  return {field("queue_depth", &S::queue_depth, optional(integer32({1, 1U << 24})),
                "closed loop: operations in flight per context; 32 unless there is a rate, or a "
                "trace has times",
                kAssumed)
              .when({"rate", "together with rate", [](const S& w) { return !w.rate; }}),
          field("rate", &S::rate, optional(rate()),
                "open loop: operations per context, Poisson arrivals")
              .when({"queue_depth", "together with queue_depth",
                     [](const S& w) { return !w.queue_depth; }})};
}

}  // namespace

const Type<WorkloadSpec>& workload_keys() {
  static const Type<S> kKeys =
      by_kind<S>(kind_tag<S>({"kind", "pattern of addresses", kAssumed}, &S::kind), kinds(),
                 {.between = drivers()});
  return kKeys;
}

}  // namespace faultpath::scenarios
