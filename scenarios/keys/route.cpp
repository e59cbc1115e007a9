// The keys of `route`: a word, or a map with the keys of its kind.
#include <fmt/format.h>

#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "models/kernel/routes/routes.hpp"
#include "scenarios/declare/object_core.hpp"
#include "scenarios/declare/one_of.hpp"
#include "scenarios/keys/tables.hpp"

namespace faultpath::scenarios {
namespace {

using namespace models;  // NOLINT: the specs are meant, all of them
using Kind = RouteSpec::Kind;

const char* const kAssumed = "assumed";

Type<UserAnswers> answers() {
  return word<UserAnswers>(
      {{UserAnswers::once, "once", "when the pages are there"},
       {UserAnswers::never, "never", "the group stays unanswered"},
       {UserAnswers::twice, "twice", "the same answer is written again at once"},
       {UserAnswers::unknown_first, "unknown_first",
        "an answer to a group that does not exist comes first"},
       {UserAnswers::swapped, "swapped",
        "of two groups of one read() each gets the answer of the other"}});
}

const char* const kWork = "processor time of user space for a group, besides its pages";
const char* const kFetch = "asleep before that, as for a page that comes over a network";
const char* const kAnswers = "how user space answers";
const char* const kShare = "of the groups that are answered so; the others are answered once";

Object<UserExceptionSpec> exception() {
  using S = UserExceptionSpec;
  return {
      {field("device", &S::device, name(), "whose groups; its instances are all meant").required(),
       field("work", &S::work, optional(latency()), kWork),
       field("fetch", &S::fetch, optional(latency()), kFetch),
       field("answers", &S::answers, optional(answers()), kAnswers),
       field("share", &S::share, optional(share()), kShare)
           .when({"answers", "unless answers is given, and not once", [](const S& spec) {
                    return spec.answers && *spec.answers != UserAnswers::once;
                  }})}};
}

Object<UserEventSpec> event() {
  using S = UserEventSpec;
  return {{field("at", &S::at, time_of_run(), "since the devices started").required(),
           field("do", &S::action,
                 word<UserAction>(
                     {{UserAction::detach, "detach", "the device from its page tables"},
                      {UserAction::replace_same_file, "replace_same_file",
                       "its page tables by others that report to the same queues"},
                      {UserAction::replace_new_file, "replace_new_file",
                       "its page tables by others that report to new files"},
                      {UserAction::close, "close",
                       "the queues that it had at first: nobody reads or answers any more"},
                      {UserAction::destroy, "destroy",
                       "these queues; everything that reports to them is detached before"}}),
                 "what user space does")
               .required(),
           field("device", &S::device, name(), "whose; its instances are all meant").required()}};
}

template <class S>
std::vector<Field<S>> readers(Field<S> who) {
  using Handling = UserHandlingSpec;
  using U = UserReadersSpec;
  return {
      std::move(who),
      field("threads", &U::threads, integer32({1, 1U << 12}), "that read a queue together",
            kAssumed),
      field("records", &U::records, integer32({1, 1U << 16}),
            "page requests for which a read() has room; it takes whole groups", "QEMU"),
      field("wake_up", &U::wake_up, latency(), "from a group's arrival to a thread in poll()",
            "eventfd, 2 to 5 us, assumed"),
      field("system_call", &U::system_call, latency(),
            "a poll(), read() or write(), besides what it waits for", kAssumed),
      field("match", &U::match,
            word<UserMatch>({{UserMatch::cookie, "cookie", "the number that read() gave the group"},
                             {UserMatch::device, "device", "device label, PASID and group index"},
                             {UserMatch::pasid_and_index, "pasid_and_index",
                              "the first device that has a group with this PASID and index"}}),
            "by what an answer finds its group", "iommufd"),
      field("work", &Handling::work, latency(), kWork, kAssumed),
      field("fetch", &Handling::fetch, latency(), kFetch, "none"),
      field("answers", &Handling::answers, answers(), kAnswers),
      Field<S>(field("share", &Handling::share, share(), kShare))
          .when({"answers", "unless answers is given, and not once",
                 [](const S& spec) { return spec.answers != UserAnswers::once; }}),
      field("exceptions", &U::exceptions, list_of(exception().type()),
            "devices whose groups are handled otherwise", "none"),
      field("events", &U::events, list_of(event().type()),
            "changes of page tables and queues, while the devices run", "none")};
}

Field<UserReadersSpec> who_reads() {
  using U = UserReadersSpec;
  return field("readers", &U::readers,
               word<U::Readers>({{U::Readers::single, "single", "the same threads look after all"},
                                 {U::Readers::per_queue, "per_queue", "each has its own"}}),
               "whether each queue has threads of its own");
}

Object<IommufdSpec> iommufd() {
  using S = IommufdSpec;
  using Queues = S::Queues;
  std::vector<Field<S>> fields =
      readers<S>(Field<S>(who_reads()).when({"queues", "when queues is shared", [](const S& spec) {
                                               return spec.queues != Queues::shared;
                                             }}));
  fields.insert(
      fields.begin(),
      field("queues", &S::queues,
            word<Queues>({{Queues::per_page_table, "per_page_table", "each I/O page table has one"},
                          {Queues::shared, "shared", "all have one together"}}),
            "the fault files", kAssumed));
  return fields;
}

Object<PerPasidSpec> per_pasid() {
  using S = PerPasidSpec;
  return {{field("user_space", &S::user_space,
                 optional(Object<UserReadersSpec>(readers<UserReadersSpec>(who_reads())).type()),
                 "it reads the faults of contexts that are reported, and of requests without a "
                 "PASID; unless given, the latter are refused")}};
}

std::string doc_of(FaultRoute route) { return std::string(info_of(route).description); }

template <class Spec>
Alternative<Kind> row(const Object<Spec>& keys) {
  const FaultRoute route = RouteSpec(Spec{}).route();
  return alternative<Spec, Kind>(info_of(route).name, doc_of(route), keys);
}

const OneOf<Kind>& kinds() {
  static const OneOf<Kind> kKinds{
      "kind",
      {row<PerPageTableSpec>(Object<PerPageTableSpec>({})),
       row<PerDeviceSpec>(Object<PerDeviceSpec>({})), row<PerPasidSpec>(per_pasid()),
       row<IommufdSpec>(iommufd()),
       row<ContainerSpec>(Object<ContainerSpec>(readers<ContainerSpec>(who_reads())))}};
  return kKinds;
}

void read_route(const Cursor& at, RouteSpec& spec) {
  if (at.node.is_scalar()) {
    spec = FaultRoute{read_word(at, route_words(), {})};
  } else {
    kinds().read(at, spec.kind);
  }
}

// A route that has nothing to say but its name is a word.
Json dump_route(const RouteSpec& spec) {
  Json map = kinds().dump(spec.kind);
  return map.size() == 1 ? map["kind"] : map;
}

Json route_schema() {
  const Json words = words_schema(route_words());
  Json choices = Json::array({words});
  for (auto& schema : kinds().schemas()) choices.push_back(std::move(schema));
  return {{"anyOf", choices}, {"x-type", "word or map"}, {"x-words", words["x-words"]}};
}

}  // namespace

Type<RouteSpec> route() { return {read_route, dump_route, route_schema}; }

std::vector<Word> route_words() {
  std::vector<Word> words;
  for (const RouteInfo& info : routes()) {
    words.push_back({info.name, std::string(info.description)});
  }
  return words;
}

}  // namespace faultpath::scenarios
