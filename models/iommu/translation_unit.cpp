// The one sequence of lookup and walk, and invalidations of what it caches.
#include "models/iommu/translation_unit.hpp"

#include <algorithm>

namespace faultpath::models {
namespace {

constexpr EntryKind kTranslated{1, "translated"};
constexpr EntryKind kNoPermission{2, "no permission"};

}  // namespace

TranslationUnit::TranslationUnit(const UnitSetting& setting, const ConfigurationFormat& format)
    : simulation_(setting.simulation),
      window_(setting.window),
      path_(setting.path.c_str()),
      configuration_(setting.spec.configuration, format, setting.spec.levels.stage2 > 0),
      iotlb_(setting.spec.iotlb.entries, setting.spec.iotlb.ways),
      walker_(setting.spec, setting.granule),
      walkers_name_(setting.path + "/page-table walkers"),
      walkers_(setting.spec.walkers, walkers_name_.c_str()),
      lookup_(setting.spec.lookup),
      lookup_stream_(setting.simulation.stream(setting.path, "lookup")),
      timing_(setting.simulation, setting.path, setting.spec),
      journal_(setting.journal) {
  if (setting.spec.levels.stage2 > 0) nested_.emplace(setting.spec);
}

sim::Task<> TranslationUnit::find(Lookup& lookup) {
  const auto missing = configuration_.look_up(lookup.function.configuration, lookup.pasid);
  const sim::Duration looking = look_up(lookup);
  FunctionStats& stats = lookup.function.stats;
  (lookup.walks ? stats.iotlb_misses : stats.iotlb_hits) += counts();
  co_await simulation_.delay(looking, {"IOTLB", path_});
  if (!lookup.walks && missing.total() == 0) co_return;
  co_await walkers_.take();
  sim::Duration reading = configure(lookup, missing);
  for (std::uint32_t place = 0; place < lookup.count; ++place) {
    if (!lookup.hit[place]) reading += walk(lookup, place);
  }
  co_await simulation_.delay(reading, {"page-table walk", path_});
  walkers_.give();
}

// How long the lookups take. Behind a PASID without entry there is no domain to look under.
sim::Duration TranslationUnit::look_up(Lookup& lookup) {
  if (lookup.table == nullptr) {
    lookup.walks = true;
    return lookup_(lookup_stream_);
  }
  if (lookup.wanted > 1) return look_up_behind(lookup);
  return look_up(lookup, lookup.page);
}

sim::Duration TranslationUnit::look_up(Lookup& lookup, IovaPage page) {
  const auto cached = iotlb_.find(lookup.table->tag(), page.value);
  const bool hit = cached && (cached->write || !lookup.write);
  lookup.hit[lookup.count++] = hit;
  lookup.walks |= !hit;
  return lookup_(lookup_stream_);
}

// Up to the first translation that cannot be in the same completion.
sim::Duration TranslationUnit::look_up_behind(Lookup& lookup) {
  const PageTableEntry first = expected(*lookup.table, lookup.page);
  lookup.step = 1ULL << first.order;
  sim::Duration looking{};
  for (std::uint32_t place = 0; place < lookup.wanted; ++place) {
    const IovaPage page = lookup.page_at(place);
    if (place > 0 && !lookup.table->contains(page)) break;
    looking += look_up(lookup, page);
    const PageTableEntry entry = expected(*lookup.table, page);
    if (entry.present != first.present || entry.order != first.order) break;
  }
  return looking;
}

// What a walk would find, without marks.
PageTableEntry TranslationUnit::expected(const IoPageTable& table, IovaPage page) const {
  PageTableEntry entry = table.peek(page);
  if (!entry.present) entry.order = 0;
  if (!has_two_stages(table) || !entry.present) return entry;
  const PageTableEntry second = table.guest->peek(table.guest->data(page));
  entry.present = second.present;
  entry.order = second.present ? std::min(entry.order, second.order) : std::uint8_t{0};
  return entry;
}

// A process table of the guest lies behind the second stage. Who uses that alone has none.
sim::Duration TranslationUnit::configure(const Lookup& lookup, ConfigurationCache::Misses missing) {
  if (missing.total() == 0) return sim::Duration::zero();
  const IoPageTable& table = lookup.table != nullptr ? *lookup.table : *lookup.function.table;
  if (configuration_.process_tables_in_guest() && !has_two_stages(table))
    missing.process_tables = 0;
  std::uint32_t second_stage = 0;
  for (unsigned level = 0; level < missing.process_tables; ++level) {
    if (!configuration_.process_tables_in_guest()) break;
    const GuestMemory& guest = *table.guest;
    second_stage += nested_->translate(table.tag(), guest, guest.process_table(level)).reads;
  }
  if (counts()) {
    lookup.function.stats.config_reads += missing.total();
    lookup.function.stats.walk_reads += second_stage;
  }
  return timing_.reads(missing.total() + second_stage);
}

sim::Duration TranslationUnit::walk(Lookup& lookup, std::uint32_t place) {
  const IoPageTable& table = *lookup.table;
  const IovaPage page = lookup.page_at(place);
  const bool both = has_two_stages(table);
  NestedWalker::Walk begun;
  if (both) {
    begun = nested_->begin(table, page);
  } else {
    begun.reads = walker_.reads(table.tag(), page, table.peek(page));
  }
  lookup.from[place] = static_cast<std::uint8_t>(begun.from);
  const std::uint64_t counted = counts();
  lookup.function.stats.walk_reads += counted * begun.reads;
  sim::Duration time = timing_.reads(begun.reads);
  if (table.tracks_use || both) {
    const std::uint32_t marks = both ? updates_of_both(table, page, lookup.write, begun.from)
                                     : table.needs_marks(page, lookup.write);
    lookup.function.stats.table_updates += counted * marks;
    time += timing_.updates(marks);
  }
  return time;
}

WalkResult TranslationUnit::entry(const Lookup& lookup, std::uint32_t place) const {
  IoPageTable& table = *lookup.table;
  const IovaPage page = lookup.page_at(place);
  if (has_two_stages(table)) return walk_both(table, page, lookup.write, lookup.from[place]);
  return {table.walk(page, lookup.write), {WalkMiss::Stage::first}};
}

void TranslationUnit::keep(const Lookup& lookup, IovaPage page, const PageTableEntry& entry) {
  iotlb_.insert({page.value, lookup.table->tag(), entry.order, {true, entry.writable}});
}

void TranslationUnit::note(IovaPage page, bool permitted) {
  journal_.note(simulation_.now(), permitted ? kTranslated : kNoPermission, page.value);
}

void TranslationUnit::invalidate(IoPageTable& table, IovaPage first, std::uint64_t pages) {
  for (const IoPageTable* above : table.first_stages) forget_domain(above->tag());
  if (table.first_stages.empty()) iotlb_.invalidate(table.tag(), first.value, pages);
}

void TranslationUnit::forget_domain(std::uint32_t tag) {
  iotlb_.invalidate_tag(tag);
  nested_->invalidate_domain(tag);
}

void TranslationUnit::invalidate_for_request(const IoPageTable& table, IovaPage page) {
  if (has_two_stages(table)) {
    forget_domain(table.tag());
  } else {
    iotlb_.invalidate(table.tag(), page.value, 1);
    walker_.invalidate(table.tag(), page);
  }
}

}  // namespace faultpath::models
