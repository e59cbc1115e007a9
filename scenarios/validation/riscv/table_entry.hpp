// One entry of a RISC-V page table and the rules that it must obey whatever the access is.
#pragma once

#include <cstdint>

#include "scenarios/validation/riscv/page_table_format.hpp"

namespace faultpath::riscv {

/// Privileged architecture, "Sv39". Without Svnapot, Svpbmt and Svrsw60t59b: bits 63 to 54 are
/// reserved.
struct TableEntry {
  std::uint64_t raw = 0;

  enum class Shape { invalid, pointer, leaf };

  constexpr bool valid() const { return bit(0); }
  constexpr bool readable() const { return bit(1); }
  constexpr bool writable() const { return bit(2); }
  constexpr bool executable() const { return bit(3); }
  constexpr bool user() const { return bit(4); }
  constexpr bool global() const { return bit(5); }
  constexpr bool accessed() const { return bit(6); }
  constexpr bool dirty() const { return bit(7); }
  /// Address of the next table or of the page: PPN * 4096.
  constexpr std::uint64_t target() const { return (raw >> 10 & ((1ULL << 44) - 1)) << kPageBits; }

  constexpr TableEntry with_accessed() const { return {raw | 1ULL << 6}; }
  constexpr TableEntry with_dirty() const { return {raw | 1ULL << 7}; }

  /// What the entry is at this level (steps 3, 4 and 6 of the translation process): no entry, write
  /// without read, reserved bits, a pointer where there is no table below, and a large page that is
  /// not aligned are all invalid.
  constexpr Shape shape(unsigned level) const {
    if (!valid() || raw >> 54 != 0 || (writable() && !readable())) return Shape::invalid;
    if (!readable() && !executable()) {
      const bool reserved = user() || accessed() || dirty();
      return level == 0 || reserved ? Shape::invalid : Shape::pointer;
    }
    const std::uint64_t inside = (1ULL << PageTableFormat::page_bits(level)) - 1;
    return (target() & inside) == 0 ? Shape::leaf : Shape::invalid;
  }

 private:
  constexpr bool bit(unsigned position) const { return (raw >> position & 1) != 0; }
};

}  // namespace faultpath::riscv
