// The keys of what a guest does wrong, and of what its VMM lets it do.
#include <string>
#include <utility>
#include <vector>

#include "scenarios/declare/one_of.hpp"
#include "scenarios/keys/tables.hpp"

namespace faultpath::scenarios {
namespace {

using namespace models;  // NOLINT: the specs are meant, all of them
using Kind = GuestBehaviourSpec;

const char* const kAssumed = "assumed";

template <class S>
Field<S> share_of() {
  return field("share", &S::share, share(), "of the groups; the others are answered once");
}
template <class S>
Field<S> rate_of(const char* doc) {
  return field("rate", &S::rate, rate(), doc, kAssumed);
}

Object<AnswersAnotherSpec> answers_another() {
  using S = AnswersAnotherSpec;
  return {{field("index", &S::index,
                 word<S::Index>({{S::Index::unknown, "unknown", "which none of the groups has"},
                                 {S::Index::repeated, "repeated", "that of the answer before"}}),
                 "PRG index that it answers instead"),
           share_of<S>()}};
}

Object<DetachesInFaultSpec> detaches_in_fault() {
  using S = DetachesInFaultSpec;
  return {{rate_of<S>("of a Poisson stream; nothing happens while no group waits"),
           field("away", &S::away, duration(kShortestPeriod), "until the PASID is there again",
                 kAssumed)}};
}

Object<ChurnsPasidsSpec> churns_pasids() {
  using S = ChurnsPasidsSpec;
  using Invalidation = S::Invalidation;
  return {{rate_of<S>("of a Poisson stream"),
           field("invalidation", &S::invalidation,
                 word<Invalidation>({{Invalidation::exact, "exact", "the one entry"},
                                     {Invalidation::global, "global",
                                      "all: the VMM looks at every entry of each device's table, "
                                      "under its lock"}}),
                 "what the guest asks to forget with each change"),
           field("entries", &S::entries, integer32({1, 1U << 20}), "of each device's table",
                 "up to 2^20, assumed")
               .when({"invalidation", "unless invalidation is global",
                      [](const S& spec) { return spec.invalidation == Invalidation::global; }})}};
}

const OneOf<Kind>& kinds() {
  const char* const changes = "of a Poisson stream";
  static const OneOf<Kind> kKinds{
      "kind",
      {alternative<WellBehavedSpec, Kind>("well_behaved", "each group is answered once",
                                          Object<WellBehavedSpec>({})),
       alternative<NeverAnswersSpec, Kind>("never_answers", "groups stay unanswered",
                                           {share_of<NeverAnswersSpec>()}),
       alternative<AnswersTwiceSpec, Kind>("answers_twice", "the same answer comes again at once",
                                           {share_of<AnswersTwiceSpec>()}),
       alternative<AnswersAnotherSpec, Kind>("answers_another", "another group is answered instead",
                                             answers_another()),
       alternative<AnswersFailureSpec, Kind>("answers_failure",
                                             "Failure, which the host's fault files do not take",
                                             {share_of<AnswersFailureSpec>()}),
       alternative<FloodsInvalidationsSpec, Kind>("floods_invalidations",
                                                  "it invalidates translations that are good",
                                                  {rate_of<FloodsInvalidationsSpec>(changes)}),
       alternative<ChurnsPasidsSpec, Kind>(
           "churns_pasids", "entries of its PASID tables that no device uses come and go",
           churns_pasids()),
       alternative<DetachesInFaultSpec, Kind>(
           "detaches_in_fault", "it takes the PASID away with which a device waits for it",
           detaches_in_fault())}};
  return kKinds;
}

std::vector<Word> kind_words() {
  std::vector<Word> words;
  for (const AlternativeText& each : kinds().texts()) words.push_back({each.word, each.doc});
  return words;
}

// A word stands for the kind with its defaults.
void read_behaviour(const Cursor& at, Kind& spec) {
  if (!at.node.is_scalar()) return kinds().read(at, spec);
  read_word(at, kind_words(), {});
  Node map;
  map.kind = Node::Kind::map;
  map.place = at.node.place;
  map.entries.push_back({"kind", at.node.place, at.node});
  kinds().read({map, at.path}, spec);
}

Json dump_behaviour(const Kind& spec) {
  Json map = kinds().dump(spec);
  return map.size() == 1 ? map["kind"] : map;
}

Json behaviour_schema() {
  const Json words = words_schema(kind_words());
  Json choices = Json::array({words});
  for (auto& schema : kinds().schemas()) choices.push_back(std::move(schema));
  return {{"anyOf", choices}, {"x-type", "word or map"}, {"x-words", words["x-words"]}};
}

Type<std::optional<TokenBucketSpec>> bucket() {
  using S = TokenBucketSpec;
  const Object<S> keys{
      {field("rate", &S::rate, rate(), "tokens in the long run", kAssumed),
       field("burst", &S::burst, integer32({1, 1U << 20}), "tokens at once", kAssumed)}};
  return optional(keys.type());
}

}  // namespace

Type<GuestBehaviourSpec> guest_behaviour() {
  return {read_behaviour, dump_behaviour, behaviour_schema};
}

Object<GuestLimitsSpec> guest_limit_keys() {
  using S = GuestLimitsSpec;
  return {
      {field("pending_groups", &S::pending_groups, optional(integer32({1, 1U << 24})),
             "that have been read and wait for the guest; the VMM answers Invalid to others"),
       field("injection", &S::injection, bucket(),
             "groups given to the guest, one token each; others wait in the VMM"),
       field("timeout", &S::timeout, optional(duration(kShortestPeriod)),
             "after which the VMM answers Invalid, counted from when the guest has been given the "
             "group; an answer that is late finds no group"),
       field("invalidations", &S::invalidations, bucket(),
             "exits to invalidate or to change a PASID, one token each; the virtual CPU waits"),
       field("oversized", &S::oversized,
             word<OversizedGroup>({{OversizedGroup::keep, "keep",
                                    "it stays at the head of its fault file for ever, as in QEMU"},
                                   {OversizedGroup::invalid, "invalid",
                                    "it is read with a larger buffer, and answered Invalid"}}),
             "a group of more requests than vmm.records")}};
}

}  // namespace faultpath::scenarios
