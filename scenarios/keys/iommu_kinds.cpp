// The keys under `iommu` that only one kind has: one table for each.
#include "scenarios/keys/iommu_kinds.hpp"

#include <string_view>

#include "models/assembly/iommu_kinds.hpp"
#include "scenarios/keys/tables.hpp"

namespace faultpath::scenarios {
namespace {

using namespace models;  // NOLINT: the specs are meant, all of them

const char* const kAssumed = "assumed";

Object<SmmuPriSpec> smmu() {
  using S = SmmuPriSpec;
  return {{field("pps", &S::pps, boolean(),
                 "automatic responses always carry the request's PASID (IDR3.PPS)", kAssumed),
           field("ppar", &S::ppar, boolean(), "they do for this stream (STE.PPAR)", kAssumed)
               .when({"pps", "unless pps is false", [](const S& spec) { return !spec.pps; }})}};
}

Object<SmmuStallSpec> stall() {
  using S = SmmuStallSpec;
  const Condition<S> stalling{"model", "when model is terminate_only", [](const S& spec) {
                                return spec.model != StallModel::terminate_only;
                              }};
  return {{field("model", &S::model,
                 word<StallModel>({{StallModel::both, "both", "a fault stalls, unless CD.S is 0"},
                                   {StallModel::terminate_only, "terminate_only", "it never does"},
                                   {StallModel::stall_only, "stall_only", "it always does"}}),
                 "what a fault can do (IDR0.STALL_MODEL)", kAssumed),
           field("terminate_as", &S::terminate_as,
                 word<TerminateAs>(
                     {{TerminateAs::abort, "abort", "an error"},
                      {TerminateAs::raz_wi, "raz_wi",
                       "no error: reads are zero, writes ignored; not if IDR0.TERM_MODEL is 1"}}),
                 "what the device sees of an access that is terminated", "Linux"),
           field("early_retry", &S::early_retry, optional(duration(kShortestPeriod)),
                 "from a stall to a retry by the SMMU itself, and to the next", "none unless set")
               .when(stalling),
           field("suppress_duplicates", &S::suppress_duplicates, boolean(),
                 "a fault like one whose record is pending gets none", kAssumed)
               .when({"early_retry", "unless early_retry is set, by which such a stall ends",
                      [](const S& spec) { return spec.early_retry.has_value(); }}),
           field("capacity", &S::capacity, integer32({1, 1U << 16}),
                 "transactions that can stall at a time; more wait on the interconnect", kAssumed)
               .when(stalling)}};
}

Object<AmdSpec> amd() {
  using S = AmdSpec;
  const Condition<S> answering{"auto_response", "without auto_response",
                               [](const S& spec) { return spec.auto_response; }};
  return {{field("auto_response", &S::auto_response, boolean(),
                 "the log answers the last request of a group that it discards", "PprAutoRspEn"),
           field("early_threshold", &S::early_threshold, optional(integer32({1, 1U << 31})),
                 "entries from which requests are answered before the log is full",
                 "PPR_Overflow_early_en; off unless set")
               .when({"always", "when every request is answered",
                      [](const S& spec) { return !spec.always; }}),
           field("auto_code", &S::auto_code, integer32({0, 15}),
                 "its answer: 0 Success, 1 Invalid Request, others Response Failure", kAssumed)
               .when(answering),
           field("always", &S::always, boolean(),
                 "it answers every request and stores none (PprAutoRspAon)")
               .when(answering),
           field("response_delay", &S::response_delay, duration({}, sim::nanoseconds(255 * 50)),
                 "of the next unsuccessful translation response after an automatic answer",
                 "none; at most 255 steps of 50ns (L1_ATS_RESP_CTRL_0)")
               .when(answering),
           field("block_stop_markers", &S::block_stop_markers, boolean(),
                 "stop markers do not enter the log (BlkStopMrkEn)")}};
}

// A key whose map is the spec of one kind.
template <class Own>
Field<IommuSpec> own(std::string_view key, const Object<Own>& keys, std::string_view doc) {
  return map_inside<IommuSpec>(key, keys, doc,
                               [](const IommuSpec& spec) { return spec.kind.get<Own>(); });
}

std::vector<Field<IommuSpec>> own_keys(IommuKind kind) {
  switch (kind) {
    case IommuKind::vtd:
    case IommuKind::riscv:
      return {};
    case IommuKind::smmu_pri:
      return {own("smmu", smmu(), "what only SMMUv3's PRI queue has")};
    case IommuKind::smmu_stall:
      return {own("stall", stall(), "what only a stalling SMMU has")};
    case IommuKind::amd:
      break;
  }
  return {own("amd", amd(), "what only AMD's page request log has")};
}

}  // namespace

std::vector<KindKeys<IommuSpec>> iommu_kind_keys() {
  std::vector<KindKeys<IommuSpec>> all;
  for (const IommuKindInfo& info : iommu_kinds()) {
    all.push_back({Word(info.name, info.description), own_keys(info.kind)});
  }
  return all;
}

}  // namespace faultpath::scenarios
