// Reading and marking table entries.
#include "scenarios/validation/riscv/table_reader.hpp"

namespace faultpath::riscv {

Walked<TableEntry> TableReader::read(Hpa address, WalkRead kind) {
  if (memory_.reaches(address)) trace_.add(kind);
  const MemoryWord word = memory_.read(address);
  if (const auto fault = fault_of(word.status)) return *fault;
  return TableEntry{word.value};
}

Walked<TableReader::Pair> TableReader::read_pair(Hpa address, WalkRead kind) {
  const auto first = read(address, kind);
  if (const auto* fault = std::get_if<WalkFault>(&first)) return *fault;
  const MemoryWord second = memory_.read(Hpa{address.value + PageTableFormat::kEntryBytes});
  if (const auto fault = fault_of(second.status)) return *fault;
  return Pair{std::get<TableEntry>(first).raw, second.value};
}

std::optional<WalkFault> TableReader::update(Hpa address, TableEntry entry, WalkRead kind) {
  const auto present = read(address, kind);
  if (const auto* fault = std::get_if<WalkFault>(&present)) return *fault;
  memory_.write(address, entry.raw);
  trace_.add(WalkTrace::Write{address, entry.raw});
  return std::nullopt;
}

}  // namespace faultpath::riscv
