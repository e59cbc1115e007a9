// The keys of an element of `strategies`.
#include <fmt/format.h>

#include "scenarios/declare/one_of.hpp"
#include "scenarios/keys/dma_strategies.hpp"
#include "scenarios/keys/tables.hpp"
#include "scenarios/quantity.hpp"

namespace faultpath::scenarios {
namespace {

using namespace models;  // NOLINT: the specs are meant, all of them
using Kind = decltype(StrategySpec::kind);

const char* const kAssumed = "assumed";

constexpr std::uint32_t kMostPremap = 1U << 20;  // 4 GiB

Type<LockedLimit> limit() {
  const auto parse = [](const std::string& text, LockedLimit& value) {
    if (text.ends_with('%')) {
      value.value = parse_share(text);
    } else {
      value.value = parse_bytes(text);
      if (std::get<std::uint64_t>(value.value) > kMostBytes)
        throw BadValue{"must be at most " + bytes_text(kMostBytes), {}};
    }
    const bool none = std::visit([](auto amount) { return amount == 0; }, value.value);
    if (none) throw BadValue{"must be above 0", {}};
  };
  return {[parse](const Cursor& at, LockedLimit& value) {
            read_scalar(at, "a size such as 1GiB or a share such as 30%",
                        [&](const std::string& text) { parse(text, value); });
          },
          [](const LockedLimit& limit) -> Json {
            const auto* size = std::get_if<std::uint64_t>(&limit.value);
            return size != nullptr ? bytes_text(*size) : share_text(std::get<double>(limit.value));
          },
          [] {
            return Json{{"anyOf", {bytes().schema(), share().schema()}},
                        {"x-type", "size or share"}};
          }};
}

Object<SpaceRange> range() {
  using S = SpaceRange;
  return {{field("offset", &S::offset, bytes(0), "from the lowest address of the space"),
           field("length", &S::length, bytes(), "of the range", kAssumed)}};
}

}  // namespace

Type<PagesSpec> pages() {
  const auto list = list_of(range().type());
  return {[list](const Cursor& at, PagesSpec& value) {
            value = {};
            if (at.node.kind == Node::Kind::list) return list.read(at, value.ranges);
            share().read(at, value.share);
          },
          [list](const PagesSpec& value) {
            return value.ranges.empty() ? share().dump(value.share) : list.dump(value.ranges);
          },
          [list] {
            return Json{{"anyOf", {share().schema(), list.schema()}}, {"x-type", "share or list"}};
          }};
}

namespace {

// The keys of the strategies that map on a fault.
template <class A>
Field<A> premap(const char* source) {
  return field("premap", &A::premap, integer32({1, kMostPremap}),
               "pages mapped forward from a fault, itself included", source);
}
template <class A>
Field<A> premap_grows() {
  const Condition<A> several{"premap", "when premap is 1",
                             [](const A& spec) { return spec.premap > 1; }};
  return field("premap_grows", &A::premap_grows, boolean(),
               "only behind faults that follow each other: twice as many each time, up to premap; "
               "one page after any other fault",
               "none in Linux; the readahead of files works so")
      .when(several);
}
template <class A>
Field<A> prefault() {
  return field("prefault", &A::prefault, pages(),
               "mapped before the devices start: a share from the beginning, or ranges",
               "none unless asked for");
}

Object<LruLockedSpec> lru_locked() {
  using S = LruLockedSpec;
  const Condition<S> periodic{"evict", "unless evict is periodic",
                              [](const S& spec) { return spec.evict == S::Evict::periodic; }};
  return {{field("limit", &S::limit, limit(),
                 "locked memory; a share is of the address space that is mapped", kAssumed),
           field("recency", &S::recency,
                 word<S::Recency>({{S::Recency::mapped, "mapped", "longest since it was mapped"},
                                   {S::Recency::used, "used", "longest since the device used it"}}),
                 "which page goes first"),
           field("evict", &S::evict,
                 word<S::Evict>({{S::Evict::at_fault, "at_fault", "before a fault is mapped"},
                                 {S::Evict::periodic, "periodic", "by a thread, also"}}),
                 "when pages go"),
           field("period", &S::period, duration(kShortestPeriod),
                 "between two passes of the thread", kAssumed)
               .when(periodic),
           field("target", &S::target, share(), "share of the limit down to which a pass evicts",
                 kAssumed)
               .when(periodic),
           premap<S>(kAssumed), premap_grows<S>(), prefault<S>()}};
}

Object<OdpSpec> odp() {
  using S = PagingSpec;
  const char* const kPaper = "Lesokhin et al., ASPLOS 2017, Fig. 3";
  const char* const kMlx5 = "Linux, mlx5";
  return {
      {field("raise", &S::raise, latency(), "from an absent page until the driver has the event",
             kPaper),
       field("resume", &S::resume, latency(), "from the driver's command until the device goes on",
             kPaper),
       field("outstanding", &S::outstanding, integer32({1, 1U << 16}),
             "events that wait for their answer, of the reads and of the writes of a function",
             "Lesokhin et al., ASPLOS 2017"),
       field("event_queue", &S::event_queue, integer32({1, 1U << 20}), "entries", kMlx5),
       field("event_pool", &S::event_pool, integer32({1, 1U << 20}),
             "records of events; when none is left a thread makes more", kMlx5),
       field("handlers", &S::handlers, integer32({1, 1U << 16}), "events in work at a time", kMlx5),
       field("driver", &S::driver, latency(), "the handler's work on an event besides its pages",
             "Lesokhin et al.: 5.4us with a wake-up and one minor fault"),
       field("driver_page", &S::driver_page, duration(),
             "for each page, besides its page fault and its mapping", kAssumed),
       field("update", &S::update, latency(),
             "writing the device's translations, while the handler sleeps", kPaper),
       field("update_page", &S::update_page, duration(), "for each page after the first", kPaper),
       field("invalidation", &S::invalidation, duration(),
             "taking one page out of the device's translations", kPaper),
       field("prefetch", &S::prefetch, bytes(0),
             "that follow the pages of a responder's event and are mapped after the resumption",
             kMlx5)}};
}

template <class A>
Object<A> map_on_fault(const char* source) {
  return {{premap<A>(source), premap_grows<A>(), prefault<A>()}};
}

Object<SelectiveSpec> selective() {
  using S = SelectiveSpec;
  return {{field("pinned", &S::pinned, pages(),
                 "pinned at attach, with what devices name as nonfaultable", kAssumed),
           premap<S>("1"), premap_grows<S>(), prefault<S>()}};
}

const OneOf<Kind>& kinds() {
  static const OneOf<Kind> kKinds{
      "kind",
      {alternative<PinSpec, Kind>("pin", "pin and map everything at attach, as VFIO does today",
                                  Object<PinSpec>({})),
       alternative<LruLockedSpec, Kind>(
           "lru_locked", "pin and map on a fault; at a locked-memory limit evict the oldest page",
           lru_locked()),
       alternative<IopfSpec, Kind>("iopf", "map on a fault, release through the MMU notifier",
                                   map_on_fault<IopfSpec>("1; the VFIO IOPF series has up to 512")),
       alternative<IopfGrowSpec, Kind>("iopf_grow",
                                       "pin and map on a fault, release at detach only",
                                       map_on_fault<IopfGrowSpec>("1")),
       alternative<SvaSpec, Kind>("sva",
                                  "a PASID bound to a process: handle_mm_fault() on its pages",
                                  Object<SvaSpec>({})),
       alternative<OdpSpec, Kind>(
           "odp", "on-demand paging of a NIC: its driver writes the device's own translations",
           odp()),
       alternative<SelectiveSpec, Kind>(
           "selective", "pin what is chosen at attach, map the rest on a fault", selective()),
       alternative<ViommuMapSpec, Kind>(
           "viommu_map", "a guest maps each buffer before its operation, and unmaps it after",
           viommu_map()),
       alternative<CoiommuSpec, Kind>(
           "coiommu", "a guest shares with its host what it maps; pages are pinned when first used",
           coiommu()),
       alternative<SnoopSpec, Kind>(
           "snoop", "a thread of the host checks each operation before the device sees it",
           snoop())},
      {"nested"}};
  return kKinds;
}

void read_strategy(const Cursor& at, StrategySpec& spec) {
  Node map = as_map(at.node);
  const Cursor whole{map, at.path};
  expect_map(whole);
  spec.name.clear();
  if (const Entry* entry = map.find("name")) name().read(whole.child(*entry), spec.name);
  Node rest = map;
  rest.erase("name");
  kinds().read({rest, at.path}, spec.kind);
  if (spec.name.empty()) spec.name = rest.find("kind")->value.text;
}

Json dump_strategy(const StrategySpec& spec) {
  Json map = kinds().dump(spec.kind);
  map["name"] = spec.name;
  return map;
}

Json strategy_schema() {
  Json choices = Json::array({words_schema(strategy_words())});
  for (auto& schema : kinds().schemas()) {
    add_property(schema, {"name", "label in results; the kind unless given", {}}, name().schema(),
                 {}, {});
    choices.push_back(std::move(schema));
  }
  return {{"anyOf", choices}};
}

}  // namespace

Type<StrategySpec> strategy() { return {read_strategy, dump_strategy, strategy_schema}; }

std::vector<Word> strategy_words() {
  std::vector<Word> words;
  for (const auto& text : kinds().texts()) words.push_back({text.word, text.doc});
  return words;
}

}  // namespace faultpath::scenarios
