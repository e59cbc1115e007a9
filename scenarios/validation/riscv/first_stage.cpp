// Walking the first stage.
#include "scenarios/validation/riscv/first_stage.hpp"

namespace faultpath::riscv {
namespace {

constexpr WalkFault kPageFault{.kind = WalkFault::Kind::page_fault};

bool allows(TableEntry entry, const FirstStageAccess& access) {
  if (!access.demand.allowed_by(entry)) return false;
  if (!access.supervisor) return entry.user();
  return !entry.user() || (access.supervisor_may_use_user_pages && !access.execute);
}

}  // namespace

Walked<Leaf> FirstStage::translate(Iova iova, const FirstStageAccess& access) {
  if (spec_.format.bare()) return Leaf::unchanged(iova.value);
  if (!spec_.format.covers_signed(iova.value)) return kPageFault;
  Gpa table = spec_.root;
  bool global = false;
  for (unsigned level = spec_.format.levels; level-- > 0;) {
    const auto located = locate(table, iova, level);
    if (const auto* fault = std::get_if<WalkFault>(&located)) return *fault;
    const auto& place = std::get<Place>(located);
    const auto read = reader_.read(place.entry, WalkRead::first_stage);
    if (const auto* fault = std::get_if<WalkFault>(&read)) return *fault;
    const auto entry = std::get<TableEntry>(read);
    global = global || entry.global();  // a global pointer makes all below it global
    switch (entry.shape(level)) {
      case TableEntry::Shape::invalid:
        return kPageFault;
      case TableEntry::Shape::leaf: {
        auto accepted = accept(entry, place, access, iova, level);
        if (auto* leaf = std::get_if<Leaf>(&accepted)) leaf->global = global;
        return accepted;
      }
      case TableEntry::Shape::pointer:
        table = Gpa{entry.target()};
    }
  }
  return kPageFault;
}

// With updates by hardware the table may be written soon, so that its page is dirty already
// (privileged architecture, "Two-Stage Address Translation").
Walked<FirstStage::Place> FirstStage::locate(Gpa table, Iova iova, unsigned level) {
  const Demand demand{.read = true, .dirty = hardware_updates_};
  const auto behind = second_.translate(table, demand, WalkFault::Purpose::implicit_read);
  if (const auto* fault = std::get_if<WalkFault>(&behind)) return *fault;
  const auto& leaf = std::get<Leaf>(behind);
  return Place{table, leaf, Hpa{leaf.address + spec_.format.entry_offset(iova.value, level)}};
}

Walked<Leaf> FirstStage::accept(TableEntry entry, const Place& place,
                                const FirstStageAccess& access, Iova iova, unsigned level) {
  if (!allows(entry, access)) return kPageFault;
  const TableEntry marked = access.demand.marked(entry);
  if (marked.raw != entry.raw) {
    if (!hardware_updates_) return kPageFault;
    if (!place.behind.writable) {
      return WalkFault{WalkFault::Kind::guest_page_fault, place.table,
                       WalkFault::Purpose::implicit_write};
    }
    const auto fault = reader_.update(place.entry, marked, WalkRead::first_stage_update);
    if (fault) return *fault;
  }
  return Leaf::of(marked, level, iova.value);
}

}  // namespace faultpath::riscv
