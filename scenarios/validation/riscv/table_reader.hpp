// Reads and marks table entries, and notes what was done.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "scenarios/validation/riscv/physical_memory.hpp"
#include "scenarios/validation/riscv/table_entry.hpp"
#include "scenarios/validation/riscv/walk_fault.hpp"
#include "scenarios/validation/riscv/walk_trace.hpp"

namespace faultpath::riscv {

/// Memory as one walk sees it.
class TableReader {
 public:
  TableReader(PhysicalMemory& memory, WalkTrace& trace) : memory_(memory), trace_(trace) {}

  /// An address that no memory has is an access fault before it is a read.
  Walked<TableEntry> read(Hpa address, WalkRead kind);
  /// Sixteen bytes, in one read.
  using Pair = std::array<std::uint64_t, 2>;
  Walked<Pair> read_pair(Hpa address, WalkRead kind);
  /// Replaces the entry. The compare of the atomic update always succeeds here, because nobody else
  /// writes between the read and the update.
  std::optional<WalkFault> update(Hpa address, TableEntry entry, WalkRead kind);

 private:
  PhysicalMemory& memory_;
  WalkTrace& trace_;
};

}  // namespace faultpath::riscv
