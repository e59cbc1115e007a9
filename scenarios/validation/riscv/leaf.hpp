// A leaf that a walk has found, and what a walk demands of it.
#pragma once

#include <cstdint>

#include "scenarios/validation/riscv/page_table_format.hpp"
#include "scenarios/validation/riscv/table_entry.hpp"

namespace faultpath::riscv {

/// Permissions that the leaf must grant, or else the access faults. An ATS request demands none:
/// its completion tells which permissions there are.
struct Demand {
  bool read = false;
  bool write = false;
  bool execute = false;
  /// The page may be written after this: if the leaf grants write, its dirty bit must be set.
  bool dirty = false;

  constexpr bool allowed_by(TableEntry entry) const {
    return (!read || entry.readable()) && (!write || entry.writable()) &&
           (!execute || entry.executable());
  }
  /// The entry with the accessed bit, and the dirty bit where the demand needs it.
  constexpr TableEntry marked(TableEntry entry) const {
    const TableEntry accessed = entry.with_accessed();
    return dirty && entry.writable() ? accessed.with_dirty() : accessed;
  }
};

/// The page size of a stage that is Bare. It is so large that it never limits the size of a
/// translation. The specification leaves it open; the reference vectors use 2^39.
inline constexpr unsigned kBarePageBits = 39;

struct Leaf {
  std::uint64_t address = 0;  ///< what the walk's address translates to
  unsigned page_bits = kBarePageBits;
  bool readable = true;
  bool writable = true;
  bool executable = true;
  bool dirty = true;
  bool global = true;

  /// The leaf that an entry at `level` is for `address`.
  static constexpr Leaf of(TableEntry entry, unsigned level, std::uint64_t address) {
    const unsigned bits = PageTableFormat::page_bits(level);
    const std::uint64_t inside = (1ULL << bits) - 1;
    return {.address = entry.target() | (address & inside),
            .page_bits = bits,
            .readable = entry.readable(),
            .writable = entry.writable(),
            .executable = entry.executable(),
            .dirty = entry.dirty(),
            .global = entry.global()};
  }
  /// The leaf of a stage that translates nothing.
  static constexpr Leaf unchanged(std::uint64_t address) { return {.address = address}; }
};

}  // namespace faultpath::riscv
