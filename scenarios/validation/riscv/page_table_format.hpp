// The shape of a RISC-V page table: levels, and how an address is cut into indices.
#pragma once

#include <cstdint>

#include "scenarios/validation/riscv/names.hpp"

namespace faultpath::riscv {

/// Level 0 holds leaves of 4 KiB; the root has the highest level. Entries have 8 bytes.
struct PageTableFormat {
  unsigned levels = 0;         ///< 0: Bare, addresses pass unchanged
  unsigned root_widening = 0;  ///< more index bits at the root: 2 in a second stage, 16 KiB

  static constexpr unsigned kIndexBits = 9;
  static constexpr std::uint64_t kEntryBytes = 8;

  constexpr bool bare() const { return levels == 0; }
  constexpr unsigned address_bits() const { return page_bits(levels) + root_widening; }
  /// The size of a leaf at this level, as a power of two.
  static constexpr unsigned page_bits(unsigned level) { return kPageBits + kIndexBits * level; }

  /// Where the entry for `address` lies in its table.
  constexpr std::uint64_t entry_offset(std::uint64_t address, unsigned level) const {
    const unsigned bits = kIndexBits + (level + 1 == levels ? root_widening : 0);
    return (address >> page_bits(level) & ((1ULL << bits) - 1)) * kEntryBytes;
  }
  /// The bits above those that the table resolves are copies of the highest one that it does.
  constexpr bool covers_signed(std::uint64_t address) const {
    const auto above = static_cast<std::int64_t>(address) >> (address_bits() - 1);
    return above == 0 || above == -1;
  }
  /// The bits above those that the table resolves are zero.
  constexpr bool covers_unsigned(std::uint64_t address) const {
    return address >> address_bits() == 0;
  }
};

// Privileged architecture: Sv39, Sv48 and Sv57, and the second stage of the hypervisor extension.
inline constexpr PageTableFormat kBare{};
inline constexpr PageTableFormat kSv39{3, 0};
inline constexpr PageTableFormat kSv48{4, 0};
inline constexpr PageTableFormat kSv57{5, 0};
inline constexpr PageTableFormat kSv39x4{3, 2};
inline constexpr PageTableFormat kSv48x4{4, 2};
inline constexpr PageTableFormat kSv57x4{5, 2};

}  // namespace faultpath::riscv
