// Walking the second stage.
#include "scenarios/validation/riscv/second_stage.hpp"

namespace faultpath::riscv {

Walked<Leaf> SecondStage::translate(Gpa gpa, const Demand& demand, WalkFault::Purpose purpose) {
  if (bare()) return Leaf::unchanged(gpa.value);
  const WalkFault refusal{WalkFault::Kind::guest_page_fault, gpa, purpose};
  if (!spec_.format.covers_unsigned(gpa.value)) return refusal;
  Hpa table = spec_.root;
  for (unsigned level = spec_.format.levels; level-- > 0;) {
    const Hpa place{table.value + spec_.format.entry_offset(gpa.value, level)};
    const auto read = reader_.read(place, WalkRead::second_stage);
    if (const auto* fault = std::get_if<WalkFault>(&read)) return *fault;
    const auto entry = std::get<TableEntry>(read);
    switch (entry.shape(level)) {
      case TableEntry::Shape::invalid:
        return refusal;
      case TableEntry::Shape::leaf:
        return accept(entry, place, demand, gpa, level, refusal);
      case TableEntry::Shape::pointer:
        table = Hpa{entry.target()};
    }
  }
  return refusal;
}

Walked<Leaf> SecondStage::accept(TableEntry entry, Hpa place, const Demand& demand, Gpa gpa,
                                 unsigned level, const WalkFault& refusal) {
  if (!demand.allowed_by(entry) || !entry.user()) return refusal;
  const TableEntry marked = demand.marked(entry);
  if (marked.raw != entry.raw) {
    if (!spec_.hardware_updates) return refusal;
    const auto fault = reader_.update(place, marked, WalkRead::second_stage_update);
    if (fault) return *fault;
  }
  return Leaf::of(marked, level, gpa.value);
}

}  // namespace faultpath::riscv
