// The layout of guest memory.
#include "models/memory/guest_memory.hpp"

#include <algorithm>

namespace faultpath::models {
namespace {

std::uint64_t round_up(std::uint64_t value, std::uint64_t unit) {
  return (value + unit - 1) / unit * unit;
}

}  // namespace

GuestMemory::GuestMemory(const Runs& areas, const LevelsSpec& levels, std::uint8_t second_leaf_bits,
                         unsigned first_leaf_bits, std::optional<std::uint64_t> place)
    : unit_shift_(std::max<unsigned>(second_leaf_bits, first_leaf_bits) - kPageBits),
      units_(areas.groups(unit_shift_)),
      units_begin_(place.value_or((units_.first() << unit_shift_) % kPagesPer1G)),
      first_levels_(levels.stage1),
      second_levels_(levels.stage2),
      leaf_order_(static_cast<std::uint8_t>(second_leaf_bits - kPageBits)) {
  const std::uint64_t leaf = 1ULL << leaf_order_;
  begin_ = data(IovaPage{areas.first()}).value;
  std::uint64_t next = round_up(data(IovaPage{areas.last()}).value + 1, leaf);
  for (unsigned level = 0; level < levels.stage1; ++level) {
    tables_[level] = next;
    regions_[level] = areas.groups(shift(level));
    next += regions_[level].count();
  }
  end_of_tables_ = next;
  end_ = round_up(end_of_tables_ + kProcessTables, leaf);
}

void GuestMemory::map_on_demand(PageStore& store, IoPageTable& above) {
  process_ = std::make_unique<ProcessMemory>(store, above.name() + "/guest memory",
                                             Runs(begin_, end_ - begin_), BackingSpec{});
  table_ = std::make_unique<IoPageTable>(store, *process_, above.tag());
  table_->first_stages = {&above};
  table_->tracks_use = true;
  second_ = table_.get();
}

void GuestMemory::map_on_demand_in(IoPageTable& shared, IoPageTable& above) {
  shared.first_stages.push_back(&above);
  shared.tracks_use = true;
  second_ = &shared;
}

void GuestMemory::attach(Memory& host) {
  host.add(*process_);
  faults_ = std::make_unique<GuestFaults>(host);
  table_->first_stages.front()->process().serve_by(*faults_);
}

PageTableEntry GuestMemory::walk(GpaPage page, bool write) {
  if (second_ == nullptr || page.value >= end_of_tables_) return peek(page);
  return second_->walk(input_of(page), write);
}

WalkMiss GuestMemory::missing(const IoPageTable& above, IovaPage page, unsigned from,
                              bool write) const {
  const PageTableEntry entry = above.peek(page);
  const unsigned stop = std::min(entry.lowest_level, first_levels_ - 1);
  for (unsigned level = from; level-- > stop;) {
    if (!grants(table(page, level), above.tracks_use)) {
      return {WalkMiss::Stage::second, static_cast<std::uint8_t>(level)};
    }
  }
  if (!entry.present) return {WalkMiss::Stage::first};
  if (!grants(data(page), write)) return {WalkMiss::Stage::second};
  return {};
}

bool GuestMemory::grants(GpaPage page, bool write) const {
  const PageTableEntry entry = peek(page);
  return entry.present && (entry.writable || !write);
}

PageTableEntry GuestMemory::peek(GpaPage page) const {
  if (second_ != nullptr && page.value < end_of_tables_) return second_->peek(input_of(page));
  return {true, true, true, leaf_order_, leaf_order_ / kTableBits};
}

}  // namespace faultpath::models
